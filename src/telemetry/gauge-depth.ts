import { Counter, Gauge, type Registry } from 'prom-client'

import type { Database } from '../database/index.js'
import { countDepth, type Depth } from '../queue/index.js'
import type { Clock } from '../time/index.js'
import { Level } from './level.js'

/** Jobs counted of each queue and state at a scrape; where there are more, the metrics say so. */
const MOST = 10_000

/** Adds gauges of what stands in the database. One bounded statement at each scrape brings them all up to date. */
export function gaugeDepth(database: Database, clock: Clock, registry: Registry): void {
  const registers = [registry]
  const errors = new Counter({
    name: 'linehaul_depth_errors_total',
    help: 'Scrapes at which the jobs could not be counted; the gauges are missing then.',
    registers,
  })
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
    try {
      show(await countDepth(database, { most: MOST, now: clock.statementTime() }))
    } catch {
      errors.inc() // what the other metrics say is worth the scrape all the same
      for (const level of [jobs, capped, oldest]) level.hide()
    }
  }

  function show(depths: readonly Depth[]): void {
    jobs.show(depths.map(({ queue, name, state, count }) => [{ queue, definition: name, state }, count]))
    capped.show(depths.map(({ queue, state, isCapped }) => [{ queue, state }, Number(isCapped)]))
    oldest.show(
      depths.flatMap(({ queue, oldestMs }) => (oldestMs === null ? [] : [[{ queue }, oldestMs / 1_000]])),
    )
  }
}
