import type { Executor } from '../../database/index.js'
import { ARCHIVE_COLUMNS } from './archive-columns.js'
import { DUE_STATE } from './due-state.js'
import type { NewJob } from './new-jobs.js'

/** Puts a dead or cancelled job back in line with all its attempts allowed again, behind those it waits for that are open. @returns whether there was one. */
export async function replayFinished(
  db: Executor,
  { id, tenantId, now }: { id: string; tenantId: string; now: Date | null },
): Promise<boolean> {
  return (await db.query(REPLAY, [id, tenantId, now])).length > 0
}

/** Gives a dead or cancelled job another payload, and what follows from it. */
export async function editFinished(
  db: Executor,
  {
    id,
    tenantId,
    payload,
    uniqueKey,
    subject,
    limitKeys,
  }: Pick<NewJob, 'id' | 'tenantId' | 'payload' | 'uniqueKey' | 'subject' | 'limitKeys'>,
): Promise<boolean> {
  return (await db.query(EDIT, [id, tenantId, payload, uniqueKey, subject, limitKeys])).length > 0
}

const EDIT = /* sql */ `
-- edit finished: $1 id, $2 tenant, $3 payload, $4 unique key or null, $5 subject or null to keep it, $6 limits or null
UPDATE linehaul.job_archive
SET payload = $3::jsonb, unique_key = $4, subject = coalesce($5, subject), limit_keys = $6::text[]
WHERE id = $1 AND tenant_id = $2 AND state IN ('dead', 'cancelled')
RETURNING id`

/** What was `replayed`, as it begins anew: due at the parameter `now`, or by the database's clock. */
export const freshAt = (now: string) => /* sql */ `
  SELECT id, tenant_id, queue, name, payload, priority, coalesce(${now}::timestamptz, now()) AS run_at, created_at,
         0 AS attempt, max_attempts, 0 AS losses, unique_key, actor, correlation_id, subject, context, limit_keys,
         NULL::jsonb AS progress, has_waiters, on_parent_dead, exclusive, retry, attempts
  FROM replayed`

const REPLAY = /* sql */ `
-- replay: $1 id, $2 tenant, $3 now or null
WITH replayed AS (
  DELETE FROM linehaul.job_archive
  WHERE id = $1 AND tenant_id = $2 AND state IN ('dead', 'cancelled')
  RETURNING *
), reopened AS (
  -- Those of the jobs it waited for that were replayed themselves, or are open still: it waits for them once more.
  UPDATE linehaul.job_wait SET ended_at = NULL
  FROM replayed
  WHERE waiter_id = replayed.id AND EXISTS (SELECT FROM linehaul.job WHERE job.id = awaited_id)
  RETURNING waiter_id
), fresh AS (${freshAt('$3')})
INSERT INTO linehaul.job (${ARCHIVE_COLUMNS}, attempts, state)
SELECT ${ARCHIVE_COLUMNS}, attempts,
       CASE WHEN EXISTS (SELECT FROM reopened) THEN 'blocked' ELSE ${DUE_STATE} END
FROM fresh
RETURNING id`

/** Makes a job that waits for its time (a retry, mostly) due now. @returns whether there was one. */
export async function hurry(
  db: Executor,
  { id, tenantId, now }: { id: string; tenantId: string; now: Date | null },
): Promise<boolean> {
  return (await db.query(HURRY, [id, tenantId, now])).length > 0
}

const HURRY = /* sql */ `
-- hurry: $1 id, $2 tenant, $3 now or null
UPDATE linehaul.job
SET state = ${DUE_STATE}, run_at = coalesce($3::timestamptz, now())
WHERE id = $1 AND tenant_id = $2 AND state = 'scheduled'
RETURNING id`
