import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { Engine } from '../src/queue/index.js'
import { countLeft, empty, makeStamp, stampBacklog, verifyBacklog } from './hosts/backlog.js'
import { hostJob } from './hosts/job.js'
import { measure } from './hosts/measure.js'
import { printDrain, printDrainHead, printQuiet } from './hosts/print.js'
import { Rig } from './hosts/rig.js'
import { mostAsked } from './hosts/server-load.js'

/** The whole of it is given up after this. */
const AT_MOST_MS = 290_000

/** How long what a cell begins with takes to pass. */
const SETTLE_MS = 1_000

/** After so long connections that nobody uses have been closed. */
const UNUSED_FOR_MS = 11_000

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1,5,20,50,100' },
    delays: { type: 'string', default: '0.2,1,5' },
    'job-ms': { type: 'string', default: '50' },
    concurrency: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '4' },
    backlog: { type: 'string', default: '60000' },
  },
})
const numbers = (list: string): readonly number[] => list.split(',').map(Number)
const SECONDS = Number(values.seconds)

/** So many jobs trickle in. */
const PER_SECOND = 50

/**
 * Up to a hundred worker hosts against one database of its own, each a whole engine, behind a way that takes its time: how
 * fast they drain it together, and what they cost while there is nothing to do.
 *
 *   npm run bench:hosts -- --hosts 1,5,20,50,100 --delays 0.2,1,5 --job-ms 50
 *   npm run bench:hosts -- --job-ms 0 --delays 1         (jobs that do nothing, of which hosts claim many ahead)
 */
async function run(rig: Rig): Promise<void> {
  await makeStamp(rig.database, Number(values.backlog))
  const counts = numbers(values.hosts)
  await rig.growTo(Math.min(...counts))
  await idle(rig, SETTLE_MS)
  for (const delayMs of numbers(values.delays)) {
    await rig.setDelay(delayMs)
    console.log(`${delayMs} ms one way: SELECT 1 takes ${(await rig.roundTripMs()).toFixed(1)} ms`)
  }
  printDrainHead()
  for (const count of counts) {
    await empty(rig.database) // those that are there would take the cores from those that start
    await rig.growTo(count)
    for (const jobMs of numbers(values['job-ms']))
      for (const delayMs of numbers(values.delays)) await drain(rig, delayMs, jobMs)
  }
  await idle(rig, UNUSED_FOR_MS)
  await trickle(rig)
  await rig.stop()
}

async function drain(rig: Rig, delayMs: number, jobMs: number): Promise<void> {
  await rig.setDelay(delayMs)
  await stampBacklog(rig.database, { count: Number(values.backlog), jobMs })
  await pause(SETTLE_MS)
  const [before, startedMs] = [await countLeft(rig.database), performance.now()]
  const stretch = await measure(rig, SECONDS)
  const left = await countLeft(rig.database)
  const drained = ((before - left) * 1_000) / (performance.now() - startedMs)
  printDrain({ delayMs, jobMs, drained, ranDry: left < 10 * rig.count, stretch })
  const again = await verifyBacklog(rig.database, Number(values.backlog))
  if (again > 0) console.log(`  ${again} jobs began more than once`)
}

async function idle(rig: Rig, settleMs: number): Promise<void> {
  await rig.setDelay(1)
  await empty(rig.database)
  await pause(settleMs)
  await rig.database.query('SELECT pg_stat_statements_reset()')
  const stretch = await measure(rig, SECONDS)
  printQuiet(`${rig.count} idle hosts`, stretch)
  const each = (await mostAsked(rig.database)).map(
    ({ verb, calls, ms }) =>
      `${verb} ${(calls / stretch.seconds / rig.count).toFixed(2)} (${ms.toFixed(2)} ms)`,
  )
  console.log(`  statements per host and second, and their time in the server: ${each.join(', ')}`)
}

/** One producer puts in a job now and then, and all hosts hear of it. */
async function trickle(rig: Rig): Promise<void> {
  const [stretch] = await Promise.all([measure(rig, SECONDS), enqueueNowAndThen(rig)])
  printQuiet(`${rig.count} hosts, ${PER_SECOND} jobs enqueued a second by one process`, stretch)
  const [late] = await rig.database.query<{ p50: number; p99: number }>(`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
    FROM (SELECT 1000 * extract(epoch FROM claimed_at - created_at) AS ms FROM linehaul.job_archive
          WHERE created_at > (SELECT max(created_at) FROM stamp)) AS waited`)
  console.log(`  from enqueue to claim: p50 ${late?.p50.toFixed(1)} ms, p99 ${late?.p99.toFixed(1)} ms`)
}

async function enqueueNowAndThen(rig: Rig): Promise<void> {
  const { client } = new Engine({ database: rig.database, jobs: [hostJob], needs: {} })
  for (let n = 0; n < PER_SECOND * SECONDS; n++) {
    await client.enqueue(hostJob, { ms: 0 }, { tenantId: 'default' })
    await rig.database.query("SELECT pg_notify('linehaul_jobs', NULL)") // as a started engine does
    await pause(1_000 / PER_SECOND)
  }
}

const removals: (() => Promise<void>)[] = []
const given = new Promise<never>((_, reject) => {
  setTimeout(() => reject(new Error(`not done after ${AT_MOST_MS / 1_000} s`)), AT_MOST_MS).unref()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => reject(new Error(signal)))
})
const onCreated = (remove: () => Promise<void>): void => void removals.push(remove)
try {
  const rig = Rig.create(Number(values.concurrency), onCreated)
  await Promise.race([rig.then(run), given])
} finally {
  for (const remove of removals.reverse()) await remove().catch(console.error)
}
