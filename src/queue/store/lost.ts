import type { Executor } from '../../database/index.js'
import type { ClaimedJob } from './claim.js'

/** What is read of a running job whose end somebody else writes down. */
export const LOST_COLUMNS = `
  job.id::text AS "id", job.tenant_id AS "tenantId", job.queue, job.name, job.attempt, job.losses::int AS "losses",
  job.fence::text AS "fence", job.actor, job.correlation_id AS "correlationId", job.subject`

/** A running job whose worker is dead. */
export type LostJob = Pick<
  ClaimedJob,
  | 'id'
  | 'tenantId'
  | 'queue'
  | 'name'
  | 'attempt'
  | 'losses'
  | 'fence'
  | 'actor'
  | 'correlationId'
  | 'subject'
>

/**
 * Up to `limit` running jobs of workers that are `dead` or not known at all, those of the worker that asks apart. Left out are
 * those whose end is being written in a transaction that is open still: to wait for it would hold up all the others.
 */
export function listLost(
  db: Executor,
  { dead, limit, butNot }: { dead: readonly string[]; limit: number; butNot: string },
): Promise<readonly LostJob[]> {
  return db.query<LostJob>(LIST_LOST, [dead, limit, butNot])
}

// Scans the running jobs themselves, not a list kept beside them that could miss one.
const LIST_LOST = /* sql */ `
-- list lost: $1 dead workers, $2 limit, $3 worker that asks
SELECT ${LOST_COLUMNS}
FROM linehaul.job
WHERE job.state = 'running' AND job.worker_id <> $3
  AND (job.worker_id = ANY ($1::uuid[]) OR NOT EXISTS (SELECT FROM linehaul.worker WHERE worker.id = job.worker_id))
ORDER BY job.claimed_at
LIMIT $2
FOR NO KEY UPDATE OF job SKIP LOCKED`
