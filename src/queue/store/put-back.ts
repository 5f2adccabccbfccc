import type { Executor } from '../../database/index.js'
import type { AttemptEntry } from './find.js'
import { attemptsWith, entryFor } from './attempt-entry.js'
import { DUE_STATE } from './due-state.js'

export interface PutBack {
  readonly id: string
  readonly fence: string
  readonly delayMs: number
  /** Whether the attempt counts as one of the allowed ones. */
  readonly spent: boolean
  /** Whether its worker was lost. */
  readonly lost: boolean
  readonly ended: AttemptEntry['ended']
  /** JSON text of a fault. */
  readonly error: string | null
}

export interface PutBackAnswer {
  readonly id: string
  readonly fence: string
  /** Where it stands now; `null`: nothing was changed, for a newer job with its unique key is in line already. */
  readonly state: 'scheduled' | 'held' | 'waiting' | null
  readonly limitKeys: readonly string[] | null
}

/**
 * Puts running jobs back in line. Those whose fence no longer fits, or whose cancel was requested, do not come back.
 * A newer job that takes the unique key at this very moment makes the whole call fail with a unique violation.
 */
export function putBack(
  db: Executor,
  jobs: readonly PutBack[],
  now: Date | null,
): Promise<readonly PutBackAnswer[]> {
  const parameters = [
    jobs.map(({ id }) => id),
    jobs.map(({ fence }) => fence),
    jobs.map(({ delayMs }) => delayMs),
    jobs.map(({ spent }) => (spent ? 0 : 1)),
    jobs.map(({ lost }) => (lost ? 1 : 0)),
    jobs.map(({ ended }) => ended),
    jobs.map(({ error }) => error),
    now,
  ]
  return db.query<PutBackAnswer>(PUT_BACK, parameters, { prepared: true })
}

const PUT_BACK = /* sql */ `
-- put back: arrays of $1 ids, $2 fences, $3 delays in ms, $4 attempts given back, $5 losses added, $6 ends,
--   $7 errors or null; $8 now or null
WITH mine AS MATERIALIZED (
  SELECT job.id, back.*,
         unique_key IS NOT NULL AND EXISTS (
           SELECT FROM linehaul.job AS newer
           WHERE (newer.tenant_id, newer.name, newer.unique_key) = (job.tenant_id, job.name, job.unique_key)
             AND newer.state IN ('scheduled', 'blocked', 'held', 'waiting')
         ) AS is_superseded
  FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::int[], $5::int[], $6::text[], $7::text[])
    AS back (back_id, back_fence, delay_ms, given_back, lost, ended, fault)
  JOIN linehaul.job ON job.id = back_id AND job.fence = back_fence
  WHERE cancel_requested_at IS NULL
  FOR UPDATE OF job
),
back AS (
  UPDATE linehaul.job
  SET state = CASE WHEN delay_ms > 0 THEN 'scheduled' ELSE ${DUE_STATE} END,
      run_at = coalesce($8::timestamptz, now()) + delay_ms * interval '1 ms',
      attempt = attempt - given_back,
      losses = losses + lost,
      attempts = ${attemptsWith(entryFor('ended', 'fault::jsonb'))},
      worker_id = NULL, fence = NULL, claimed_at = NULL
  FROM mine
  WHERE job.id = mine.id AND NOT is_superseded
  RETURNING job.id, job.state, job.limit_keys
)
SELECT mine.id::text AS "id", mine.back_fence::text AS "fence", back.state, back.limit_keys AS "limitKeys"
FROM mine LEFT JOIN back ON back.id = mine.id`
