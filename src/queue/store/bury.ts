import type { Executor } from '../../database/index.js'
import type { Fault } from '../attempt/classify.js'
import { ARCHIVE_COLUMNS } from './archive-columns.js'
import { attemptsWith, entryFor } from './attempt-entry.js'

/** What of a buried job somebody else has to hear of. */
export interface Buried {
  readonly wasRunning: boolean
  readonly hasWaiters: boolean
}

/**
 * Archives an open job as dead. What runs it loses it: its fence fits nothing any more. @returns `undefined`: there was none.
 */
export async function buryOpen(
  db: Executor,
  {
    id,
    tenantId,
    fault,
    keepMs,
    now,
  }: { id: string; tenantId: string; fault: Fault; keepMs: number; now: Date | null },
): Promise<Buried | undefined> {
  const [buried] = await db.query<Buried>(BURY, [id, tenantId, JSON.stringify(fault), keepMs, now])
  return buried
}

// Without its fence, by which an attempt would take the burial for an end of its own.
const BURY = /* sql */ `
-- bury: $1 id, $2 tenant, $3 fault, $4 keep in ms, $5 now or null
WITH clock AS (SELECT coalesce($5::timestamptz, now()) AS now),
buried AS (DELETE FROM linehaul.job WHERE id = $1 AND tenant_id = $2 RETURNING *),
written AS (
  INSERT INTO linehaul.job_archive (
    ${ARCHIVE_COLUMNS}, worker_id, claimed_at, attempts, state, finished_at, expires_on, error
  )
  SELECT ${ARCHIVE_COLUMNS}, worker_id, claimed_at,
         CASE WHEN state = 'running' THEN ${attemptsWith(entryFor("'dead'", '$3::jsonb'))} ELSE attempts END,
         'dead', clock.now, (clock.now AT TIME ZONE 'UTC' + $4::float8 * interval '1 ms')::date + 1, $3::jsonb
  FROM buried, clock
)
SELECT state = 'running' AS "wasRunning", has_waiters AS "hasWaiters" FROM buried`
