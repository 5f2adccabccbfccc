import type { Executor } from '../../database/index.js'

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
  readonly uniqueKey: string | null
  /** Longest a debounced job may be put off, from its first request; `null` unless debounced. */
  readonly atMostMs: number | null
  readonly actor: string | null
  readonly correlationId: string | null
}

export interface InsertedJob {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly uniqueKey: string | null
}

export type ClashPolicy = 'none' | 'keep' | 'replace' | 'debounce'

/**
 * Inserts jobs of one clash policy. With a unique key, the id that comes back is that of the job now standing under it,
 * new or not. No two of `jobs` may share a key. Rows are taken in the order given: sort them by key, so that two callers
 * cannot block one another for ever.
 */
export function insertJobs(
  db: Executor,
  policy: ClashPolicy,
  jobs: readonly NewJob[],
  now: Date | null,
): Promise<readonly InsertedJob[]> {
  return db.query<InsertedJob>(STATEMENTS[policy], [
    jobs.map(({ id }) => id),
    jobs.map(({ tenantId }) => tenantId),
    jobs.map(({ queue }) => queue),
    jobs.map(({ name }) => name),
    jobs.map(({ payload }) => payload),
    jobs.map(({ priority }) => priority),
    jobs.map(({ runAt }) => runAt?.toISOString() ?? null),
    jobs.map(({ delayMs }) => delayMs),
    jobs.map(({ maxAttempts }) => maxAttempts),
    jobs.map(({ uniqueKey }) => uniqueKey),
    jobs.map(({ atMostMs }) => atMostMs),
    jobs.map(({ actor }) => actor),
    jobs.map(({ correlationId }) => correlationId),
    now,
  ])
}

const INSERT = /* sql */ `
-- insert jobs: arrays of $1 ids, $2 tenants, $3 queues, $4 names, $5 payloads, $6 priorities, $7 run times or null,
--   $8 delays in ms, $9 max attempts, $10 unique keys, $11 longest debounce in ms, $12 actors, $13 correlation ids;
--   $14 now or null
WITH clock AS (SELECT coalesce($14::timestamptz, now()) AS now),
new AS (
  SELECT input.*,
         coalesce(input.at, clock.now + input.delay_ms * interval '1 ms') AS run_at,
         clock.now + input.at_most_ms * interval '1 ms' AS debounce_until,
         clock.now
  FROM clock, unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::timestamptz[],
    $8::float8[], $9::int[], $10::text[], $11::float8[], $12::text[], $13::text[]
  ) WITH ORDINALITY AS input (
    id, tenant_id, queue, name, payload, priority, at, delay_ms, max_attempts, unique_key, at_most_ms, actor,
    correlation_id, position
  )
)
INSERT INTO linehaul.job (
  id, tenant_id, queue, name, payload, priority, run_at, max_attempts, unique_key, debounce_until, actor,
  correlation_id, created_at, state
)
SELECT id, tenant_id, queue, name, payload::jsonb, priority, run_at, max_attempts, unique_key, debounce_until, actor,
       correlation_id, now, CASE WHEN run_at > now THEN 'scheduled' ELSE 'waiting' END
FROM new
ORDER BY position`

const RETURNING = /* sql */ `
RETURNING id::text AS "id", tenant_id AS "tenantId", name, unique_key AS "uniqueKey"`

const ON_CLASH = /* sql */ `
ON CONFLICT (tenant_id, name, unique_key) WHERE unique_key IS NOT NULL AND state IN ('scheduled', 'waiting')
DO UPDATE SET`

// A retry that is replaced is a fresh request: its attempts count anew.
const TAKE_NEWEST = /* sql */ `
  payload = EXCLUDED.payload, priority = EXCLUDED.priority, attempt = 0, max_attempts = EXCLUDED.max_attempts,
  actor = EXCLUDED.actor, correlation_id = EXCLUDED.correlation_id,`

// One that was asked for without debouncing is never put off; a retry that is replaced is a first request again.
const LATEST = /* sql */ `
  coalesce(job.debounce_until, CASE WHEN job.attempt = 0 THEN job.run_at END, EXCLUDED.debounce_until)`

const STATEMENTS: Record<ClashPolicy, string> = {
  none: `${INSERT} ${RETURNING}`,
  // Updates nothing, but locks the row and so learns its id.
  keep: `${INSERT} ${ON_CLASH} unique_key = job.unique_key ${RETURNING}`,
  replace: `${INSERT} ${ON_CLASH} ${TAKE_NEWEST}
  run_at = EXCLUDED.run_at, state = EXCLUDED.state, debounce_until = NULL ${RETURNING}`,
  debounce: `${INSERT} ${ON_CLASH} ${TAKE_NEWEST}
  debounce_until = ${LATEST},
  run_at = least(EXCLUDED.run_at, ${LATEST}),
  state = CASE WHEN least(EXCLUDED.run_at, ${LATEST}) > EXCLUDED.created_at THEN 'scheduled' ELSE 'waiting' END
  ${RETURNING}`,
}
