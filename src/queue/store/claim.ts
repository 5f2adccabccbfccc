import type { Executor } from '../../database/index.js'

export interface ClaimedJob {
  readonly id: string
  readonly seq: number
  readonly tenantId: string
  readonly queue: string
  /** Lower runs first. */
  readonly priority: number
  readonly runAt: Date
  readonly name: string
  readonly payload: unknown
  /** 1 on the first run. */
  readonly attempt: number
  readonly maxAttempts: number
  readonly losses: number
  readonly fence: string
  readonly claimedAt: Date
}

export interface Claim {
  readonly workerId: string
  readonly queues: readonly string[]
  /** Names of the definitions that this worker can run; rows of others are left alone. */
  readonly names: readonly string[]
  readonly limit: number
  /** Whether one job that has lost a worker may be among them; it could be what kills workers. */
  readonly allowSuspect: boolean
  /** A fresh UUID: whoever ends these attempts must name it. */
  readonly fence: string
  readonly now: Date | null
}

/**
 * Takes up to `limit` waiting jobs, most urgent first, and marks them running.
 * Jobs that another worker is claiming at this moment are skipped, not waited for.
 */
export async function claim(db: Executor, wish: Claim): Promise<readonly ClaimedJob[]> {
  const { queues, names, limit, workerId, fence, allowSuspect, now } = wish
  const jobs = await db.query<ClaimedJob>(CLAIM, [queues, names, limit, workerId, fence, now, allowSuspect])
  return jobs.sort(byUrgency)
}

/** RETURNING promises no order. */
function byUrgency(a: ClaimedJob, b: ClaimedJob): number {
  return a.priority - b.priority || a.runAt.getTime() - b.runAt.getTime() || a.seq - b.seq
}

const CLAIM = /* sql */ `
-- claim: $1 queues, $2 names, $3 limit, $4 worker id, $5 fence, $6 now or null, $7 allow suspect
-- The CTE is a fence: joined as a plain subquery, the planner may lock more than $3 rows.
WITH due AS MATERIALIZED (
  SELECT id
  FROM linehaul.job
  WHERE state = 'waiting' AND queue = ANY ($1::text[]) AND name = ANY ($2::text[])
    AND (losses = 0 OR ($7 AND id = (
      SELECT id
      FROM linehaul.job
      WHERE state = 'waiting' AND losses > 0 AND queue = ANY ($1::text[]) AND name = ANY ($2::text[])
      ORDER BY priority, run_at, seq
      LIMIT 1
    )))
  ORDER BY priority, run_at, seq
  LIMIT $3
  FOR UPDATE SKIP LOCKED
)
UPDATE linehaul.job
SET state = 'running',
    attempt = attempt + 1,
    worker_id = $4,
    fence = $5,
    claimed_at = coalesce($6::timestamptz, now()),
    debounce_until = NULL
FROM due
WHERE job.id = due.id
RETURNING job.id::text AS "id", job.seq::float8 AS "seq", job.tenant_id AS "tenantId", job.queue, job.name, job.payload,
          job.priority::int AS "priority", job.run_at AS "runAt",
          job.attempt, job.max_attempts AS "maxAttempts", job.losses::int AS "losses", job.fence::text AS "fence",
          job.claimed_at AS "claimedAt"`
