import type { Database } from '../../database/index.js'

/** A process that runs jobs, as the database sees it. */
export interface WorkerView {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly queues: readonly string[]
  /** Most jobs running at once. */
  readonly concurrency: number
  /** Jobs that it has claimed, those ahead of their turn among them. */
  readonly running: number
  readonly startedAt: Date
  /** Since its last heartbeat. */
  readonly silentMs: number
  /** Whether it does what one process does for all. */
  readonly isLeader: boolean
  /** Whether it makes the ticks of schedules. */
  readonly ticks: boolean
}

/** Those that gave a sign of life within the lease, longest there first. */
export function listWorkers(
  db: Database,
  { leaseMs, now, tenantId = null }: { leaseMs: number; now: Date | null; tenantId?: string | null },
): Promise<readonly WorkerView[]> {
  return db.query(LIST, [leaseMs, now, tenantId, db.kind === 'embedded'])
}

const LIST = /* sql */ `
-- list workers: $1 lease in ms, $2 now or null, $3 the tenant whose jobs are counted, null for all,
-- $4 whether the database is one process's alone: that one leads as long as it lives, and says so but once
SELECT worker.id::text AS "id", host, pid, queues, concurrency, started_at AS "startedAt", ticks,
       (
         SELECT count(*)::int FROM linehaul.job
         WHERE state = 'running' AND job.worker_id = worker.id AND ($3::text IS NULL OR job.tenant_id = $3)
       ) AS "running",
       greatest(0, 1000 * extract(epoch FROM clock.now - heartbeat_at))::float8 AS "silentMs",
       EXISTS (
         SELECT FROM linehaul.leader
         WHERE leader.worker_id = worker.id AND ($4 OR renewed_at >= clock.now - $1::float8 * interval '1 ms')
       ) AS "isLeader"
FROM linehaul.worker, (SELECT coalesce($2::timestamptz, now()) AS now) AS clock
WHERE heartbeat_at >= clock.now - $1::float8 * interval '1 ms'
ORDER BY started_at, worker.id`
