import { Gauge, type Registry } from 'prom-client'

import type { Database } from '../database/index.js'
import { countDepth, type Depth } from '../queue/index.js'
import { BriefLook, type Looking } from '../time/index.js'
import { gaugeErrors } from './gauge-errors.js'
import { Level } from './level.js'

/** Jobs counted of each queue and state at a scrape; where there are more, the metrics say so. */
const MOST = 10_000

/** Adds gauges of what stands in the database. One bounded statement at each scrape brings them all up to date. */
export function gaugeDepth(database: Database, registry: Registry, looking: Looking): void {
  const registers = [registry]
  const errors = gaugeErrors(registry)
  const ask = () => countDepth(database, { most: MOST, now: looking.clock.statementTime() })
  const look = new BriefLook('count linehaul_jobs', ask, looking)
  let counting: Promise<void> | undefined
  const collect = () => (counting ??= count().finally(() => (counting = undefined)))
  const jobs = new Level(
    new Gauge({
      name: 'linehaul_jobs',
      help: `Jobs that are not finished. At most ${MOST} are counted of each queue (waiting) and each state (all others).`,
      labelNames: ['queue', 'definition', 'state'],
      registers,
      collect,
    }),
  )
  const capped = new Level(
    new Gauge({
      name: 'linehaul_jobs_capped',
      help: '1 where there are more jobs than were counted: linehaul_jobs is the least that there are.',
      labelNames: ['queue', 'state'],
      registers,
      collect,
    }),
  )
  const oldest = new Level(
    new Gauge({
      name: 'linehaul_oldest_waiting_seconds',
      help: 'For how long the job of a queue has waited that has waited longest.',
      labelNames: ['queue'],
      registers,
      collect,
    }),
  )

  async function count(): Promise<void> {
    const depths = await look.look()
    if (depths) return show(depths)
    errors.inc({ gauge: 'linehaul_jobs' }) // what the other metrics say is worth the scrape all the same
    for (const level of [jobs, capped, oldest]) level.hide()
  }

  function show(depths: readonly Depth[]): void {
    jobs.show(depths.map(({ queue, name, state, count }) => [{ queue, definition: name, state }, count]))
    capped.show(depths.map(({ queue, state, isCapped }) => [{ queue, state }, Number(isCapped)]))
    oldest.show(
      depths.flatMap(({ queue, oldestMs }) => (oldestMs === null ? [] : [[{ queue }, oldestMs / 1_000]])),
    )
  }
}
