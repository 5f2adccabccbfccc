import path from 'node:path'
import { parseArgs } from 'node:util'

import { PostgresDatabase } from '../../src/database/index.js'
import { Pruner } from '../../src/queue/duty/pruner.js'
import { systemClock } from '../../src/time/index.js'
import { withBenchDatabase } from '../bench-database.js'
import { fillArchive } from '../fill-archive.js'
import { KEY, startServer, type ServerProcess } from '../server-process.js'
import { medianOf } from '../side-by-side/figures.js'
import { load } from './load.js'
import { timePages } from './pages.js'
import type { Variant } from './server.js'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
  },
})

const VARIANTS: readonly Variant[] = ['whole', 'emptied', 'open']

/**
 * How many jobs a second are taken in over HTTP, beside the same server with its handler emptied, what it costs to ask who
 * calls, and how long a page of jobs takes among millions that are finished. Server, load and database share the machine.
 *
 *   npm run bench:api -- --rows 10000000 --seconds 10 --rounds 3    (DATABASE_URL names a server; a database is made and dropped)
 */
await withBenchDatabase('api', async (url) => {
  await measureIntake(url)
  await measurePages(url)
})

async function measureIntake(url: string): Promise<void> {
  const rates: Record<Variant, number[]> = { whole: [], emptied: [], open: [] }
  for (let round = 1; round <= Number(values.rounds); round++)
    for (const variant of VARIANTS) {
      const rate = await measureRate(variant, url)
      rates[variant].push(rate)
      say(`round ${round}, ${variant}: ${Math.round(rate)} answers a second`)
    }
  const median = (variant: Variant) => medianOf(rates[variant])
  say(`| POST /jobs, ${values.connections} connections | answers a second |`)
  say('| --- | --- |')
  for (const variant of VARIANTS) say(`| ${variant} | ${Math.round(median(variant))} |`)
  say(`whole to emptied: ${(median('whole') / median('emptied')).toFixed(3)}`)
  say(`to ask who calls: ${(1_000 / median('emptied') - 1_000 / median('open')).toFixed(3)} ms a request`)
}

function start(variant: Variant, databaseUrl: string): Promise<ServerProcess> {
  return startServer([path.join(import.meta.dirname, 'server.js'), variant], databaseUrl)
}

/** The jobs stay where they are: their queue is paused, so that only taking them in is measured. */
async function measureRate(variant: Variant, databaseUrl: string): Promise<number> {
  const server = await start(variant, databaseUrl)
  try {
    await pause(server.url)
    const order = { url: server.url, key: KEY, connections: Number(values.connections) }
    await load({ ...order, seconds: 2 }) // what runs for hours is compiled
    const { perSecond, failed } = await load({ ...order, seconds: Number(values.seconds) })
    if (failed > 0) throw new Error(`${failed} requests to the ${variant} server failed.`)
    return perSecond
  } finally {
    await server.stop()
  }
}

async function pause(url: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/queues/pattern/pause`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'only taking in is measured' }),
  })
  if (!response.ok) throw new Error(`The queue was not paused: ${await response.text()}`)
}

async function measurePages(url: string): Promise<void> {
  const database = new PostgresDatabase({ url })
  try {
    await database.query('TRUNCATE linehaul.job')
    await new Pruner(database, systemClock).runOnce()
    await fillArchive(database, Number(values.rows), say)
  } finally {
    await database.close()
  }
  const server = await start('whole', url)
  try {
    for (const query of ['', '&state=done', '&name=bench.work-3']) {
      const { p50, p99 } = await timePages(`${server.url}/api/v1/jobs?limit=100${query}`, KEY)
      say(`GET /jobs?limit=100${query} of ${values.rows}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    }
  } finally {
    await server.stop()
  }
}

function say(sentence: string): void {
  console.log(sentence)
}
