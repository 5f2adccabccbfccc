import type { Executor } from '../../database/index.js'
import { attemptsWith, entryFor } from './attempt-entry.js'

export interface Running {
  readonly id: string
  readonly fence: string
}

/** Locks a running job. @returns its tenant and how many it has waited for; `undefined` when the fence no longer fits or a cancel was requested */
export async function lockRunning(
  tx: Executor,
  { id, fence }: Running,
): Promise<{ tenantId: string; waits: number } | undefined> {
  const [job] = await tx.query<{ tenantId: string; waits: number }>(LOCK_RUNNING, [id, fence])
  return job
}

const LOCK_RUNNING = /* sql */ `
-- lock running: $1 id, $2 fence
SELECT tenant_id AS "tenantId",
       (SELECT coalesce(max(position) + 1, 0) FROM linehaul.job_wait WHERE waiter_id = job.id) AS "waits"
FROM linehaul.job
WHERE id = $1 AND fence = $2 AND state = 'running' AND cancel_requested_at IS NULL
FOR NO KEY UPDATE`

/** Locks open jobs in the order in which everyone does who locks many. */
export async function lockInOrder(tx: Executor, ids: readonly string[]): Promise<void> {
  await tx.query(LOCK_IN_ORDER, [ids])
}

const LOCK_IN_ORDER = /* sql */ `
-- lock in order: $1 ids
SELECT FROM linehaul.job WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`

/**
 * Blocks a running job that {@link lockRunning} has locked; its attempt is not spent. It has started, so its unique key is
 * free for a successor, unless it keeps it until it has finished.
 * @returns the limits that have room now
 */
export async function block(tx: Executor, id: string): Promise<readonly string[]> {
  const [blocked] = await tx.query<{ limitKeys: readonly string[] | null }>(BLOCK, [id])
  return blocked?.limitKeys ?? []
}

const BLOCK = /* sql */ `
-- block: $1 id
UPDATE linehaul.job
SET state = 'blocked',
    on_parent_dead = 'run',
    attempt = attempt - 1,
    attempts = ${attemptsWith(entryFor(`'blocked'`, 'NULL::jsonb'))},
    unique_key = CASE WHEN exclusive THEN unique_key END,
    worker_id = NULL, fence = NULL, claimed_at = NULL
WHERE id = $1
RETURNING limit_keys AS "limitKeys"`
