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
  readonly now: Date | null
}

/**
 * Moves a running job to the archive. A cancel that was requested meanwhile wins: then it is archived as cancelled.
 * @returns the state it ended in; `undefined` when the fence no longer fits, for then the job is another's.
 */
export async function finish(db: Executor, ending: Finish): Promise<FinalState | undefined> {
  const { id, fence, state, result, error, keepMs, entry, now } = ending
  const [row] = await db.query<{ state: FinalState }>(FINISH, [
    id,
    fence,
    state,
    result,
    error,
    keepMs,
    entry,
    now,
  ])
  return row?.state
}

const FINISH = /* sql */ `
-- finish: $1 id, $2 fence, $3 state, $4 result or null, $5 error or null, $6 keep in ms, $7 attempt entry, $8 now or null
WITH clock AS (SELECT coalesce($8::timestamptz, now()) AS now),
ended AS (
  DELETE FROM linehaul.job
  WHERE id = $1 AND fence = $2 AND state = 'running'
  RETURNING *
)
INSERT INTO linehaul.job_archive (${ARCHIVE_COLUMNS}, worker_id, claimed_at, attempts, state, finished_at, expires_on, result, error)
SELECT ${ARCHIVE_COLUMNS}, worker_id, claimed_at,
       CASE WHEN jsonb_array_length(attempts) < 20 THEN attempts ELSE attempts - 0 END || $7::jsonb,
       CASE WHEN cancel_requested_at IS NULL THEN $3 ELSE 'cancelled' END,
       clock.now,
       (clock.now AT TIME ZONE 'UTC' + $6::float8 * interval '1 ms')::date + 1,
       CASE WHEN cancel_requested_at IS NULL THEN $4::jsonb END,
       CASE
         WHEN cancel_requested_at IS NULL THEN $5::jsonb
         ELSE jsonb_build_object('code', 'JOBS_CANCELLED', 'message', cancel_reason)
       END
FROM ended, clock
RETURNING state`
