import { parseArgs } from 'node:util'

import { migrate, PostgresDatabase, type Database } from '../src/database/index.js'
import { Engine, queueMigrations } from '../src/queue/index.js'
import { Pruner } from '../src/queue/duty/pruner.js'
import { selectJobs, type JobFilter } from '../src/queue/store/select-jobs.js'
import { systemClock } from '../src/time/index.js'
import { withBenchDatabase } from './bench-database.js'

const TENANT = 'default'
const DAYS = 14
const JOBS_PER_SUBJECT = 5

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
      await fill(database, rows)
      await measure(database, rows)
    } finally {
      await database.close()
    }
  })
}

/** Finished jobs, made over the last 14 days and spread over as many partitions: one in ten of other tenants, three dead. */
async function fill(database: Database, rows: number): Promise<void> {
  const each = Math.ceil(rows / DAYS)
  for (let day = 0; day < DAYS; day++) {
    const startedMs = systemClock.monotonicMs()
    await database.query(FILL, [day * each + 1, Math.min(rows, (day + 1) * each), day, rows])
    say(`day ${day + 1} of ${DAYS} filled in ${seconds(startedMs)} s`)
  }
  await database.query('VACUUM ANALYZE linehaul.job_archive')
  const [size] = await database.query<{ size: string }>(
    `SELECT pg_size_pretty(sum(pg_total_relation_size(relid))) AS size FROM pg_partition_tree('linehaul.job_archive')`,
  )
  say(`${rows} rows, ${size?.size} with their indexes`)
}

const FILL = `
-- fill: $1 first, $2 last, $3 day, $4 rows
INSERT INTO linehaul.job_archive (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, attempt,
  max_attempts, losses, attempts, finished_at, expires_on, result, error, subject, claimed_at, worker_id, fence)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8'
         || lpad(to_hex(n), 15, '0'))::uuid,
       CASE WHEN n % 10 = 0 THEN 'tenant-' || n % 1000 ELSE 'default' END,
       CASE WHEN n % 7 = 0 THEN 'critical' ELSE 'default' END,
       CASE WHEN n % ($4::bigint / 3) = 1 THEN 'bench.rare' ELSE 'bench.work-' || n % 20 END,
       jsonb_build_object('shipmentId', n), CASE WHEN n % ($4::bigint / 3) = 2 THEN 'dead' ELSE 'done' END,
       0, at, at, 1, 5, 0, jsonb_build_array(jsonb_build_object('number', 1, 'ended', 'done', 'startedAt', at)), at,
       current_date + 1 + $3::int, '{"ok": true}',
       CASE WHEN n % ($4::bigint / 3) = 2 THEN '{"code": "X", "message": "x"}'::jsonb END,
       'shipment:' || n % ($4::bigint / ${JOBS_PER_SUBJECT}), at, gen_random_uuid(), gen_random_uuid()
FROM generate_series($1::bigint, $2::bigint) AS n,
     LATERAL (SELECT now() - interval '14 days' + n * (interval '14 days' / $4::float8) AS at) AS time`

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
    await time(`list ${name}`, async () => (await operator.list(TENANT, { ...filter(), limit: 50 })).length)
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

function seconds(sinceMs: number): string {
  return ((systemClock.monotonicMs() - sinceMs) / 1_000).toFixed(1)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
