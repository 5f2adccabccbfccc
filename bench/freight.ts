import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../src/database/index.js'
import {
  createFreight,
  freightJobs,
  freightRules,
  type Freight,
  type FreightNeeds,
} from '../src/domain/freight/index.js'
import { readScms } from '../src/domain/freight/sample/read-scms.js'
import { EventLog } from '../src/events/index.js'
import { DEFAULTS_ONLY, Engine } from '../src/queue/index.js'
import { reactTo } from '../src/reactions.js'
import { createRules } from '../src/rules/index.js'
import { schema } from '../src/schema.js'
import { systemClock } from '../src/time/index.js'
import { makeShipments, seededRandom } from './make-shipments.js'
import { openOnMainThread } from './pglite-on-main-thread.js'
import { TimedDatabase } from './timed-database.js'

const TENANT = 'default'

/**
 * Times import and pattern analysis, and how long the event loop stands still meanwhile.
 *
 *   npm run bench:freight -- --on server --count 1000000      (DATABASE_URL names a server; a database is made and dropped)
 *   npm run bench:freight -- --on embedded --count 7030
 *   npm run bench:freight -- --on main-thread --count 7030    (PGlite without its thread, for comparison)
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { on: { type: 'string', default: 'embedded' }, count: { type: 'string', default: '7030' } },
  })
  const count = Number(values.count)
  const { database, remove } = await open(values.on)
  const timed = new TimedDatabase(database)
  try {
    await migrate(database, schema)
    const events = new EventLog(
      reactTo(DEFAULTS_ONLY, (wishes, options) => engine.client.enqueueMany(wishes, options)),
    )
    const onError = (error: unknown) => console.error(error)
    const { rules } = createRules({
      ...{ database, declared: freightRules, taken: [], variable: () => undefined, clock: systemClock },
      onError,
    })
    const freight = createFreight({
      ...{ database: timed, events, rules, onError },
      notify: () => Promise.resolve(),
      clock: systemClock,
    })
    // Not started: its jobs are written with each shipment, as they are in earnest, and run by nobody.
    const engine: Engine<FreightNeeds> = new Engine({ database, jobs: freightJobs, needs: freight })
    await report(timed, `import of ${count} shipments`, () => importAll(freight, count))
    await database.query('VACUUM ANALYZE')
    const settings = await freight.patternConfigs.get(TENANT)
    for (let run = 1; run <= 3; run++) {
      await report(timed, `analysis of the whole tenant, run ${run}`, () =>
        freight.patterns.analyze({ tenantId: TENANT, settings }, new AbortController().signal),
      )
    }
  } finally {
    await remove()
  }
}

async function open(on: string): Promise<{ database: Database; remove(): Promise<void> }> {
  if (on === 'server')
    return openServer(process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-bench-'))
  const database = on === 'main-thread' ? await openOnMainThread(folder) : await openEmbedded({ folder })
  return {
    database,
    async remove() {
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function openServer(serverUrl: string): Promise<{ database: Database; remove(): Promise<void> }> {
  const server = new PostgresDatabase({ url: serverUrl })
  const name = `linehaul_bench_${process.pid}`
  await server.query(`CREATE DATABASE ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const database = new PostgresDatabase({ url: url.href })
  return {
    database,
    async remove() {
      await database.close()
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await server.close()
    },
  }
}

async function importAll(freight: Freight, count: number): Promise<unknown> {
  for await (const step of freight.importShipments(TENANT, linesOf(count)))
    if (step.kind === 'done') return step
  throw new Error('the import ended without its totals')
}

async function* linesOf(count: number): AsyncGenerator<{ line: number; value: unknown }> {
  const shipments = makeShipments({
    sample: await readScms(),
    count,
    random: seededRandom(1),
    now: new Date(),
  })
  let line = 0
  for await (const value of shipments) yield { line: ++line, value }
}

async function report(timed: TimedDatabase, what: string, work: () => Promise<unknown>): Promise<void> {
  const stop = watchEventLoop()
  timed.longestMs = 0
  const startedMs = performance.now()
  const result = await work()
  const tookMs = performance.now() - startedMs
  console.log(
    `${what}: ${ms(tookMs)}; longest transaction ${ms(timed.longestMs)}; event loop held up for at most ${ms(stop())}; ${JSON.stringify(result)}`,
  )
}

/** @returns a function that ends the watch and tells the longest time, in ms, for which no timer got its turn. */
function watchEventLoop(): () => number {
  let lastMs = performance.now()
  let longestMs = 0
  const look = () => {
    longestMs = Math.max(longestMs, performance.now() - lastMs)
    lastMs = performance.now()
  }
  const timer = setInterval(look, 1)
  return () => {
    clearInterval(timer)
    look()
    return longestMs
  }
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`
}

await main()
