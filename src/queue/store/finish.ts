import type { Executor } from '../../database/index.js'
import type { FinalState } from '../state.js'
import { ARCHIVE_COLUMNS } from './archive-columns.js'
import { attemptsWith, entryFor } from './attempt-entry.js'
import { column, uuids } from './column.js'

export interface Finish {
  readonly id: string
  readonly fence: string
  readonly state: FinalState
  /** JSON text; only for `done`. */
  readonly result: string | null
  /** JSON text of a fault; for `cancelled` and `dead`. */
  readonly error: string | null
  /** How long it can still be looked up; rounded up to whole days. 0: not at all, if it is done. */
  readonly keepMs: number
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

/** What became of some endings. */
export interface FinishedAll {
  /** Whether every one of them was written. */
  readonly isComplete: boolean
  /**
   * Those from which something follows: somebody waits for it, a limit has room, or it ended otherwise than it was to. All
   * that were written, if not every one of them was.
   */
  readonly noted: readonly FinishedAttempt[]
}

/**
 * Moves running jobs to the archive, those whose fence still fits: the others are another's by now and do not come back.
 * A cancel that was requested meanwhile wins: then the job is archived as cancelled. One that is done and kept for no time at
 * all is archived only if somebody waits for it.
 */
export async function finish(
  db: Executor,
  endings: readonly Finish[],
  now: Date | null,
): Promise<FinishedAll> {
  const { keepMs: usualKeepMs, fence: usualFence } = endings[0] ?? {}
  const parameters = [
    uuids(endings.map(({ id }) => id)),
    // Jobs of one claim share it: not sent for each, 72 bytes a job are not written, read and taken apart.
    endings.every(({ fence }) => fence === usualFence) ? null : uuids(endings.map(({ fence }) => fence)),
    column(endings, ({ state }) => (state === 'done' ? null : state)),
    column(endings, ({ result }) => result),
    column(endings, ({ error }) => error),
    column(endings, ({ keepMs }) => (keepMs === usualKeepMs ? null : keepMs)),
    usualFence,
    usualKeepMs,
    now,
  ]
  const [all] = await db.query<FinishedAll>(FINISH, parameters, { prepared: true })
  return all as FinishedAll
}

// A row says by its fence alone that it is running: the condition on its state would let the planner look through the
// index of all that run, dead entries included, for each batch (310 us a job instead of 38).
const FINISH = /* sql */ `
-- finish: arrays of $1 ids, and, each null where no row has one of its own, $2 fences, $7 the usual one, $3 states other than
--   done, $4 results, $5 errors, $6 times to keep in ms other than $8; $9 now or null
WITH clock AS (SELECT coalesce($9::timestamptz, now()) AS now),
ended AS (
  DELETE FROM linehaul.job
  USING unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[])
    AS ending (ended_id, ended_fence, ended_as, result, error, own_keep_ms)
  WHERE id = ended_id AND fence = coalesce(ended_fence, $7::uuid)
  RETURNING job.*, ending.*, coalesce(own_keep_ms, $8::float8) AS keep_ms,
            CASE WHEN cancel_requested_at IS NULL THEN coalesce(ended_as, 'done') ELSE 'cancelled' END AS outcome
),
written AS (
  INSERT INTO linehaul.job_archive (${ARCHIVE_COLUMNS}, worker_id, fence, claimed_at, attempts, state, finished_at, expires_on, result, error)
  SELECT ${ARCHIVE_COLUMNS}, worker_id, fence, claimed_at,
         CASE WHEN outcome = 'done' AND attempts = '[]' THEN NULL ELSE ${attemptsWith(entryFor('outcome', 'fault'))} END,
         outcome,
         clock.now,
         (clock.now AT TIME ZONE 'UTC' + keep_ms * interval '1 ms')::date + 1,
         CASE WHEN outcome = 'done' THEN result::jsonb END,
         fault
  FROM ended, clock, LATERAL (
    SELECT CASE
      WHEN cancel_requested_at IS NULL THEN ended.error::jsonb
      ELSE jsonb_build_object('code', 'JOBS_CANCELLED', 'message', cancel_reason)
    END AS fault
  ) AS why
  WHERE keep_ms > 0 OR has_waiters OR outcome <> 'done'
),
total AS (SELECT count(*) = cardinality($1::uuid[]) AS is_complete FROM ended)
SELECT (SELECT is_complete FROM total) AS "isComplete",
       coalesce(jsonb_agg(jsonb_build_object(
         'id', id, 'fence', fence, 'state', outcome, 'hasWaiters', has_waiters, 'limitKeys', limit_keys
       )), '[]') AS "noted"
FROM ended
WHERE has_waiters OR limit_keys IS NOT NULL OR outcome <> 'done' OR NOT (SELECT is_complete FROM total)`
