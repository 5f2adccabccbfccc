import { parseArgs } from 'node:util'

import { migrate, PostgresDatabase, type Database } from '../src/database/index.js'
import { Engine, queueMigrations } from '../src/queue/index.js'
import { Pruner } from '../src/queue/duty/pruner.js'
import { selectJobs, type JobFilter } from '../src/queue/store/select-jobs.js'
import { systemClock } from '../src/time/index.js'
import { withBenchDatabase } from './bench-database.js'
import { fillArchive, JOBS_PER_SUBJECT } from './fill-archive.js'

const TENANT = 'default'

/**
 * Times how jobs are found among millions that are finished.
 *
 *   npm run bench:find -- --rows 10000000      (DATABASE_URL names a server; a database is made and dropped)
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000000' } } })
  const rows = Number(values.rows)
  await withBenchDatabase('find', async (url) => {
    const database = new PostgresDatabase({ url })
    try {
      await migrate(database, [queueMigrations])
      await new Pruner(database, systemClock).runOnce()
      await fillArchive(database, rows, say)
      await measure(database, rows)
    } finally {
      await database.close()
    }
  })
}

async function measure(database: Database, rows: number): Promise<void> {
  const { operator } = new Engine({ database, jobs: [], needs: {} })
  const aSubject = () => `shipment:${Math.floor((Math.random() * rows) / JOBS_PER_SUBJECT)}`
  const ago = (days: number) => new Date(systemClock.now().getTime() - days * 86_400_000)
  const searches: Record<string, () => JobFilter> = {
    'of one subject': () => ({ subject: aSubject() }),
    newest: () => ({}),
    dead: () => ({ state: 'dead' }),
    cancelled: () => ({ state: 'cancelled' }),
    done: () => ({ state: 'done' }),
    'of a definition': () => ({ name: 'bench.work-3' }),
    'of a rare definition': () => ({ name: 'bench.rare' }),
    'of a queue': () => ({ queue: 'critical' }),
    'of an empty queue': () => ({ queue: 'none' }),
    'of one day, a week ago': () => ({ createdFrom: ago(8), createdUntil: ago(7) }),
    'of the last minute': () => ({ createdFrom: ago(1 / 1440) }),
  }
  for (const [name, filter] of Object.entries(searches))
    await time(`list ${name}`, async () => (await operator.list(TENANT, { ...filter(), limit: 100 })).length)
  await time('count queues', async () => (await operator.queues(TENANT)).length)
  await time('count all', async () => (await operator.count(TENANT, {})).count)
  await look(database, { subject: aSubject() })
}

async function time(name: string, run: () => Promise<number>): Promise<void> {
  const took: number[] = []
  let found = 0
  for (let i = 0; i < 100; i++) {
    const startedMs = systemClock.monotonicMs()
    found = await run()
    took.push(systemClock.monotonicMs() - startedMs)
  }
  took.sort((a, b) => a - b)
  const at = (part: number) => (took[Math.floor(part * (took.length - 1))] ?? 0).toFixed(1)
  say(`${name}: ${found} found; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`)
}

/** Whether the plan reads every partition by way of an index. */
async function look(database: Database, filter: JobFilter): Promise<void> {
  const columns = { open: 'id', finished: 'id' }
  const { sql, parameters } = selectJobs('look', columns, {
    ...filter,
    tenantId: TENANT,
    limit: 50,
    idsTellTime: true,
  })
  const plan = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, parameters)
  const scans = plan.map((row) => row['QUERY PLAN']).filter((line) => / Scan/.test(line))
  const without = scans.filter((line) => !/Index|Bitmap|Subquery/.test(line))
  say(`plan: ${scans.length} scans, ${without.length} of them without an index`)
  for (const line of without) say(line)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
