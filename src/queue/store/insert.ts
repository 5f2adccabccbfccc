import type { Executor } from '../../database/index.js'
import { column, uuids } from './column.js'

export interface NewJob {
  readonly id: string
  readonly tenantId: string
  readonly queue: string
  readonly name: string
  /** JSON text. */
  readonly payload: string
  readonly priority: number
  /** `null`: `delayMs` from now. */
  readonly runAt: Date | null
  readonly delayMs: number
  readonly maxAttempts: number
  /** JSON text of its own backoff and timeout; `null`: its definition's. */
  readonly retry: string | null
  readonly uniqueKey: string | null
  /** Longest a debounced job may be put off, from its first request; `null` unless debounced. */
  readonly atMostMs: number | null
  readonly actor: string | null
  readonly correlationId: string | null
  readonly subject: string | null
  /** JSON text. */
  readonly context: string | null
  /** The limits it counts against, each without control characters; `null`: none. */
  readonly limitKeys: readonly string[] | null
  /** Whether its unique key stays taken until it has finished. */
  readonly exclusive: boolean
  /** Not `null`: it waits for other jobs, and this is what becomes of it when one of them does not end well. */
  readonly onParentDead: 'cancel' | 'run' | null
  /** Whether a job may wait for this one. */
  readonly hasWaiters: boolean
}

export interface InsertedJob {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly uniqueKey: string | null
}

export type ClashPolicy = 'none' | 'keep' | 'replace' | 'debounce'

/** Stands between the limit keys of one job, for arrays of arrays cannot be passed. */
export const BETWEEN_KEYS = '\u001f'

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
  return db.query<InsertedJob>(STATEMENTS[policy], newRows(jobs, now), { prepared: true })
}

/** The parameters of {@link NEW_ROWS}. */
export function newRows(jobs: readonly NewJob[], now: Date | null): readonly unknown[] {
  return [
    uuids(jobs.map(({ id }) => id)),
    jobs.map(({ tenantId }) => tenantId),
    jobs.map(({ queue }) => queue),
    jobs.map(({ name }) => name),
    jobs.map(({ payload }) => payload),
    jobs.map(({ maxAttempts }) => maxAttempts),
    column(jobs, ({ priority }) => priority || null),
    column(jobs, ({ runAt }) => runAt?.toISOString()),
    column(jobs, ({ delayMs }) => delayMs || null),
    column(jobs, ({ uniqueKey }) => uniqueKey),
    column(jobs, ({ atMostMs }) => atMostMs),
    column(jobs, ({ actor }) => actor),
    column(jobs, ({ correlationId }) => correlationId),
    column(jobs, ({ subject }) => subject),
    column(jobs, ({ context }) => context),
    column(jobs, ({ limitKeys }) => limitKeys?.join(BETWEEN_KEYS)),
    column(jobs, ({ exclusive }) => exclusive || null),
    column(jobs, ({ onParentDead }) => onParentDead),
    column(jobs, ({ hasWaiters }) => hasWaiters || null),
    column(jobs, ({ retry }) => retry),
    now,
  ]
}

/** SQL for the rows to insert, as `new`. */
export const NEW_ROWS = /* sql */ `
-- insert jobs: arrays of $1 ids, $2 tenants, $3 queues, $4 names, $5 payloads, $6 max attempts; and, each null where no
--   row has one, $7 priorities, $8 run times, $9 delays in ms, $10 unique keys, $11 longest debounces in ms, $12 actors,
--   $13 correlation ids, $14 subjects, $15 contexts, $16 limit keys with a unit separator between them, $17 whether
--   exclusive, $18 what becomes of those that wait for others when one of these is dead, $19 whether others may wait for
--   it, $20 own backoffs and timeouts; $21 now or null
WITH clock AS (SELECT coalesce($21::timestamptz, now()) AS now),
new AS (
  SELECT input.*,
         coalesce(input.at, clock.now + coalesce(input.delay_ms, 0) * interval '1 ms') AS run_at,
         clock.now + input.at_most_ms * interval '1 ms' AS debounce_until,
         string_to_array(input.limits, E'\\x1f') AS limit_keys,
         clock.now
  FROM clock, unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::smallint[], $8::timestamptz[],
    $9::float8[], $10::text[], $11::float8[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::boolean[], $18::text[], $19::boolean[], $20::text[]
  ) WITH ORDINALITY AS input (
    id, tenant_id, queue, name, payload, max_attempts, priority, at, delay_ms, unique_key, at_most_ms, actor,
    correlation_id, subject, context, limits, exclusive, on_parent_dead, has_waiters, retry, position
  )
)`

/** The columns of a new job but its state, and their values from {@link NEW_ROWS}. */
export const NEW_COLUMNS =
  'id, tenant_id, queue, name, payload, priority, run_at, max_attempts, unique_key, debounce_until, actor, ' +
  'correlation_id, subject, context, limit_keys, exclusive, on_parent_dead, has_waiters, retry, created_at'

export const NEW_VALUES = /* sql */ `
  id, tenant_id, queue, name, payload::jsonb, coalesce(priority, 0), run_at, max_attempts, unique_key, debounce_until,
  actor, correlation_id, subject, context::jsonb, limit_keys, coalesce(exclusive, false), on_parent_dead,
  coalesce(has_waiters, false), retry::jsonb, now`

export const NEW_STATE = /* sql */ `CASE
    WHEN on_parent_dead IS NOT NULL THEN 'blocked'
    WHEN run_at > now THEN 'scheduled'
    WHEN limit_keys IS NOT NULL THEN 'held'
    ELSE 'waiting'
  END`

const INSERT = /* sql */ `${NEW_ROWS}
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

const STATEMENTS: Record<ClashPolicy, string> = {
  none: INSERT,
  // Updates nothing, but locks the row and so learns its id.
  keep: `${INSERT} ${ON_CLASH} unique_key = job.unique_key ${RETURNING}`,
  replace: `${INSERT} ${ON_CLASH} ${TAKE_NEWEST}
  run_at = EXCLUDED.run_at, ${stateAt('EXCLUDED.run_at')}, debounce_until = NULL ${RETURNING}`,
  debounce: `${INSERT} ${ON_CLASH} ${TAKE_NEWEST}
  debounce_until = ${LATEST},
  run_at = least(EXCLUDED.run_at, ${LATEST}),
  ${stateAt(`least(EXCLUDED.run_at, ${LATEST})`)}
  ${RETURNING}`,
}
