import type { Executor } from '../../database/index.js'
import {
  inBothForms,
  NEW_COLUMNS,
  NEW_STATE,
  NEW_VALUES,
  queryNew,
  type Forms,
  type NewJob,
} from './new-jobs.js'

export interface InsertedJob {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly uniqueKey: string | null
}

export type ClashPolicy = 'none' | 'keep' | 'replace' | 'debounce'

/**
 * Inserts jobs of one clash policy. With a unique key, the id that comes back is that of the job now standing under it,
 * new or not; without, every one is new, and nothing comes back. No two of `jobs` may share a key. Rows are taken in the
 * order given: sort them by key, so that two callers cannot block one another for ever.
 */
export function insertJobs(
  db: Executor,
  policy: ClashPolicy,
  jobs: readonly NewJob[],
  now: Date | null,
): Promise<readonly InsertedJob[]> {
  return queryNew(db, STATEMENTS[policy], jobs, now)
}

const insert = (rows: string) => /* sql */ `${rows}
INSERT INTO linehaul.job (${NEW_COLUMNS}, state)
SELECT ${NEW_VALUES}, ${NEW_STATE}
FROM new
ORDER BY position`

const RETURNING = /* sql */ `
RETURNING id::text AS "id", tenant_id AS "tenantId", name, unique_key AS "uniqueKey"`

const ON_CLASH = /* sql */ `
ON CONFLICT (tenant_id, name, unique_key)
  WHERE unique_key IS NOT NULL AND state IN ('scheduled', 'blocked', 'held', 'waiting')
DO UPDATE SET`

// A retry that is replaced is a fresh request: its attempts count anew.
const TAKE_NEWEST = /* sql */ `
  payload = EXCLUDED.payload, priority = EXCLUDED.priority, attempt = 0, max_attempts = EXCLUDED.max_attempts,
  retry = EXCLUDED.retry,
  actor = EXCLUDED.actor, correlation_id = EXCLUDED.correlation_id, subject = EXCLUDED.subject,
  context = EXCLUDED.context, limit_keys = EXCLUDED.limit_keys, progress = NULL,`

// One that was asked for without debouncing is never put off; a retry that is replaced is a first request again.
const LATEST = /* sql */ `
  coalesce(job.debounce_until, CASE WHEN job.attempt = 0 THEN job.run_at END, EXCLUDED.debounce_until)`

/** What waits for other jobs goes on waiting for them, whatever its new run time. */
const stateAt = (runAt: string) => /* sql */ `
  state = CASE
    WHEN job.state = 'blocked' THEN 'blocked'
    WHEN ${runAt} > EXCLUDED.created_at THEN 'scheduled'
    WHEN EXCLUDED.limit_keys IS NOT NULL THEN 'held'
    ELSE 'waiting'
  END`

const STATEMENTS: Record<ClashPolicy, Forms> = {
  none: inBothForms(insert),
  // Updates nothing, but locks the row and so learns its id.
  keep: inBothForms((rows) => `${insert(rows)} ${ON_CLASH} unique_key = job.unique_key ${RETURNING}`),
  replace: inBothForms(
    (rows) => `${insert(rows)} ${ON_CLASH} ${TAKE_NEWEST}
  run_at = EXCLUDED.run_at, ${stateAt('EXCLUDED.run_at')}, debounce_until = NULL ${RETURNING}`,
  ),
  debounce: inBothForms(
    (rows) => `${insert(rows)} ${ON_CLASH} ${TAKE_NEWEST}
  debounce_until = ${LATEST},
  run_at = least(EXCLUDED.run_at, ${LATEST}),
  ${stateAt(`least(EXCLUDED.run_at, ${LATEST})`)}
  ${RETURNING}`,
  ),
}
