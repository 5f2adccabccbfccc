import type { Database } from '../src/database/index.js'
import { systemClock } from '../src/time/index.js'

const DAYS = 14
export const JOBS_PER_SUBJECT = 5

/** Finished jobs, made over the last 14 days and spread over as many partitions: one in ten of other tenants, three dead. */
export async function fillArchive(
  database: Database,
  rows: number,
  say: (sentence: string) => void,
): Promise<void> {
  const each = Math.ceil(rows / DAYS)
  for (let day = 0; day < DAYS; day++) {
    const startedMs = systemClock.monotonicMs()
    await database.query(FILL, [day * each + 1, Math.min(rows, (day + 1) * each), day, rows])
    say(
      `day ${day + 1} of ${DAYS} filled in ${((systemClock.monotonicMs() - startedMs) / 1_000).toFixed(1)} s`,
    )
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
       0, at, at, 1, 5, 0, jsonb_build_array(jsonb_build_object('number', 1, 'ended', 'done', 'startedAt', at,
         'workerId', gen_random_uuid())), at,
       current_date + 1 + $3::int, '{"ok": true}',
       CASE WHEN n % ($4::bigint / 3) = 2 THEN '{"code": "X", "message": "x"}'::jsonb END,
       'shipment:' || n % ($4::bigint / ${JOBS_PER_SUBJECT}), at, gen_random_uuid(), gen_random_uuid()
FROM generate_series($1::bigint, $2::bigint) AS n,
     LATERAL (SELECT now() - interval '14 days' + n * (interval '14 days' / $4::float8) AS at) AS time`
