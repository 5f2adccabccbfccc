import type { Executor } from '../../database/index.js'
import type { FinalState } from '../state.js'
import { ARCHIVE_COLUMNS } from './archive-columns.js'

export interface Finish {
  readonly id: string
  readonly fence: string
  readonly state: FinalState
  /** JSON text; only for `done`. */
  readonly result: string | null
  /** JSON text of a fault; for `cancelled` and `dead`. */
  readonly error: string | null
  /** How long it can still be looked up; rounded up to whole days. */
  readonly keepMs: number
  /** JSON text: what is added to the job's list of attempts. */
  readonly entry: string
}

export interface Finished {
  readonly id: string
  readonly state: FinalState
  /** Whether a job may wait for this one. */
  readonly hasWaiters: boolean
  /** Whose limits have room now. */
  readonly limitKeys: readonly string[] | null
}

export interface FinishedAttempt extends Finished {
  readonly fence: string
}

/**
 * Moves running jobs to the archive, those whose fence still fits: the others are another's by now and do not come back.
 * A cancel that was requested meanwhile wins: then the job is archived as cancelled.
 */
export function finish(
  db: Executor,
  endings: readonly Finish[],
  now: Date | null,
): Promise<readonly FinishedAttempt[]> {
  const parameters = [
    endings.map(({ id }) => id),
    endings.map(({ fence }) => fence),
    endings.map(({ state }) => state),
    endings.map(({ result }) => result),
    endings.map(({ error }) => error),
    endings.map(({ keepMs }) => keepMs),
    endings.map(({ entry }) => entry),
    now,
  ]
  return db.query<FinishedAttempt>(FINISH, parameters, { prepared: true })
}

const FINISH = /* sql */ `
-- finish: arrays of $1 ids, $2 fences, $3 states, $4 results or null, $5 errors or null, $6 times to keep in ms,
--   $7 attempt entries; $8 now or null
WITH clock AS (SELECT coalesce($8::timestamptz, now()) AS now),
ended AS (
  DELETE FROM linehaul.job
  USING unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[])
    AS ending (ended_id, ended_fence, ended_as, result, error, keep_ms, entry)
  WHERE id = ended_id AND fence = ended_fence AND state = 'running'
  RETURNING job.*, ending.*
)
INSERT INTO linehaul.job_archive (${ARCHIVE_COLUMNS}, worker_id, fence, claimed_at, attempts, state, finished_at, expires_on, result, error)
SELECT ${ARCHIVE_COLUMNS}, worker_id, fence, claimed_at,
       CASE WHEN jsonb_array_length(attempts) < 20 THEN attempts ELSE attempts - 0 END || entry::jsonb,
       CASE WHEN cancel_requested_at IS NULL THEN ended_as ELSE 'cancelled' END,
       clock.now,
       (clock.now AT TIME ZONE 'UTC' + keep_ms * interval '1 ms')::date + 1,
       CASE WHEN cancel_requested_at IS NULL THEN ended.result::jsonb END,
       CASE
         WHEN cancel_requested_at IS NULL THEN ended.error::jsonb
         ELSE jsonb_build_object('code', 'JOBS_CANCELLED', 'message', cancel_reason)
       END
FROM ended, clock
RETURNING id::text AS "id", fence::text AS "fence", state, has_waiters AS "hasWaiters", limit_keys AS "limitKeys"`
