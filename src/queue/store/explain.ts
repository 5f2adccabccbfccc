import type { Executor } from '../../database/index.js'
import type { StoredJob } from './find.js'

/** Why some jobs are not to run at present; an empty field stands for any. */
export interface PauseFact {
  readonly tenantId: string
  readonly queue: string
  readonly name: string
  readonly pausedBy: string
  readonly reason: string
  readonly pausedAt: Date
}

/** The pauses that keep a job from running, the widest first. */
export function listPausesOf(
  db: Executor,
  { tenantId, queue, name }: Pick<StoredJob, 'tenantId' | 'queue' | 'name'>,
): Promise<readonly PauseFact[]> {
  return db.query<PauseFact>(LIST_PAUSES, [tenantId, queue, name])
}

const LIST_PAUSES = /* sql */ `
-- list pauses of a job: $1 tenant, $2 queue, $3 name
SELECT tenant_id AS "tenantId", queue, name, paused_by AS "pausedBy", reason, paused_at AS "pausedAt"
FROM linehaul.pause
WHERE tenant_id IN ('', $1) AND queue IN ('', $2) AND name IN ('', $3)
ORDER BY tenant_id, queue, name`

/** A job that another one waits for. */
export interface AwaitedFact {
  readonly id: string
  readonly name: string | null
  readonly state: string | null
}

/** Up to `limit` of the open jobs that a job waits for, in the order in which it named them. */
export function listOpenAwaited(
  db: Executor,
  waiterId: string,
  limit: number,
): Promise<readonly AwaitedFact[]> {
  return db.query<AwaitedFact>(LIST_OPEN_AWAITED, [waiterId, limit])
}

const LIST_OPEN_AWAITED = /* sql */ `
-- list open awaited: $1 waiter, $2 limit
SELECT awaited_id::text AS "id", job.name, job.state
FROM linehaul.job_wait LEFT JOIN linehaul.job ON job.id = awaited_id
WHERE waiter_id = $1 AND ended_at IS NULL
ORDER BY position
LIMIT $2`

/** The job's worker, how many live workers serve its queue, and whether one of these knows its definition. */
export interface WorkerFacts {
  readonly now: Date
  readonly serving: number
  readonly isKnown: boolean
  readonly workerId: string | null
  readonly host: string | null
  readonly pid: number | null
}

export async function getWorkerFacts(
  db: Executor,
  { id, queue, name }: Pick<StoredJob, 'id' | 'queue' | 'name'>,
  leaseMs: number,
  now: Date | null,
): Promise<WorkerFacts> {
  const [row] = await db.query<WorkerFacts>(GET_WORKERS, [id, queue, leaseMs, now, name])
  return row as WorkerFacts
}

const GET_WORKERS = /* sql */ `
-- get workers of a job: $1 id, $2 queue, $3 lease in ms, $4 now or null, $5 name
WITH clock AS (SELECT coalesce($4::timestamptz, now()) AS now),
serving AS (
  SELECT names FROM linehaul.worker, clock
  WHERE $2 = ANY (queues) AND heartbeat_at >= clock.now - $3::float8 * interval '1 ms'
)
SELECT clock.now, holder.id::text AS "workerId", holder.host, holder.pid,
       (SELECT count(*)::int FROM serving) AS "serving",
       EXISTS (SELECT FROM serving WHERE names IS NULL OR $5 = ANY (names)) AS "isKnown"
FROM clock
LEFT JOIN linehaul.job ON job.id = $1
LEFT JOIN linehaul.worker AS holder ON holder.id = job.worker_id`

/** What comes before a waiting job; every number stops at the one asked for. */
export interface AheadFacts {
  readonly own: number
  readonly others: number
  readonly suspects: number
}

/** `undefined` when it does not wait any more. */
export async function countAhead(db: Executor, id: string, atMost: number): Promise<AheadFacts | undefined> {
  const [row] = await db.query<AheadFacts>(COUNT_AHEAD, [id, atMost])
  return row
}

const READY = /* sql */ `state = 'waiting' AND losses = 0 AND queue = (SELECT queue FROM mine)`

// Tenants are served in turn: before a tenant's n-th job comes, each of the others has had n turns or has none left.
const COUNT_AHEAD = /* sql */ `
-- count ahead: $1 id, $2 count up to
WITH RECURSIVE mine AS MATERIALIZED (
  SELECT queue, tenant_id, priority, run_at, seq FROM linehaul.job WHERE id = $1 AND state = 'waiting'
),
own AS MATERIALIZED (
  SELECT count(*)::int AS jobs FROM (
    SELECT FROM linehaul.job
    WHERE ${READY} AND tenant_id = (SELECT tenant_id FROM mine)
      AND (priority, run_at, seq) < (SELECT priority, run_at, seq FROM mine)
    LIMIT $2
  ) AS counted
),
tenant (tenant_id) AS (
  (SELECT tenant_id FROM linehaul.job WHERE ${READY} ORDER BY tenant_id LIMIT 1)
  UNION ALL
  SELECT next.tenant_id FROM tenant CROSS JOIN LATERAL (
    SELECT tenant_id FROM linehaul.job WHERE ${READY} AND tenant_id > tenant.tenant_id ORDER BY tenant_id LIMIT 1
  ) AS next
)
SELECT own.jobs AS "own",
       (SELECT count(*)::int FROM (
          SELECT FROM (SELECT tenant_id FROM tenant LIMIT $2) AS tenant
          CROSS JOIN LATERAL (
            SELECT FROM linehaul.job
            WHERE ${READY} AND tenant_id = tenant.tenant_id AND tenant_id <> (SELECT tenant_id FROM mine)
            LIMIT (SELECT jobs + 1 FROM own)
          ) AS turn
          LIMIT $2
        ) AS counted) AS "others",
       (SELECT count(*)::int FROM (
          SELECT FROM linehaul.job WHERE state = 'waiting' AND losses > 0 AND id <> $1
          UNION ALL
          SELECT FROM linehaul.job WHERE state = 'running' AND losses > 0
          LIMIT $2
        ) AS counted) AS "suspects"
FROM own, mine`
