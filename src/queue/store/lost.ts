import type { Executor } from '../../database/index.js'
import type { ClaimedJob } from './claim.js'

/** A running job whose worker is dead. */
export type LostJob = Pick<ClaimedJob, 'id' | 'name' | 'attempt' | 'losses' | 'fence' | 'claimedAt'> & {
  readonly workerId: string
}

/**
 * Up to `limit` running jobs whose worker is gone, or has not been heard of for `leaseMs`.
 * @param butNot the worker that asks: it knows best that it is alive
 */
export function listLost(
  db: Executor,
  { leaseMs, limit, butNot, now }: { leaseMs: number; limit: number; butNot: string; now: Date | null },
): Promise<readonly LostJob[]> {
  return db.query<LostJob>(LIST_LOST, [leaseMs, limit, now, butNot])
}

// Scans the running jobs themselves, not a list kept beside them that could miss one.
const LIST_LOST = /* sql */ `
-- list lost: $1 lease in ms, $2 limit, $3 now or null, $4 worker that asks
SELECT job.id::text AS "id", job.name, job.attempt, job.losses::int AS "losses", job.fence::text AS "fence",
       job.claimed_at AS "claimedAt", job.worker_id::text AS "workerId"
FROM linehaul.job
WHERE job.state = 'running' AND job.worker_id <> $4
  AND NOT EXISTS (
    SELECT FROM linehaul.worker
    WHERE worker.id = job.worker_id
      AND worker.heartbeat_at >= coalesce($3::timestamptz, now()) - $1::float8 * interval '1 ms'
  )
ORDER BY job.claimed_at
LIMIT $2`
