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

/** Stands between the limit keys of one job, for arrays of arrays cannot be passed. */
export const BETWEEN_KEYS = '\u001f'

/** A statement about new jobs: for many its columns come as arrays; for one as they are, which takes 0.1 ms less. */
export interface Forms {
  readonly many: string
  readonly one: string
}

/**
 * @param build makes a statement, whose own parameters begin at $22, of SQL for the rows to insert, as `new`, which it
 *   begins with, and for their distinct queues
 */
export function inBothForms(build: (rows: string, queues: string) => string): Forms {
  return {
    many: build(rowsOf(ARRAYS), 'SELECT DISTINCT unnest($3::text[])'),
    one: build(rowsOf(VALUES), 'SELECT $3::text'),
  }
}

/** @param others the parameters from $22 on */
export function queryNew<Row>(
  db: Executor,
  forms: Forms,
  jobs: readonly NewJob[],
  now: Date | null,
  ...others: readonly unknown[]
): Promise<Row[]> {
  const [job] = jobs
  return job && jobs.length === 1
    ? db.query<Row>(forms.one, [...valuesOf(job), now, ...others], { prepared: true })
    : db.query<Row>(forms.many, [...columnsOf(jobs), now, ...others], { prepared: true })
}

/** What is told of each: its name, its type and its value. */
const INPUT: readonly (readonly [
  name: string,
  type: string,
  valueOf: (job: NewJob) => string | number | boolean | null,
])[] = [
  ['id', 'uuid', ({ id }) => id],
  ['tenant_id', 'text', ({ tenantId }) => tenantId],
  ['queue', 'text', ({ queue }) => queue],
  ['name', 'text', ({ name }) => name],
  ['payload', 'text', ({ payload }) => payload],
  ['max_attempts', 'int', ({ maxAttempts }) => maxAttempts],
  ['priority', 'smallint', ({ priority }) => priority || null],
  ['at', 'timestamptz', ({ runAt }) => runAt?.toISOString() ?? null],
  ['delay_ms', 'float8', ({ delayMs }) => delayMs || null],
  ['unique_key', 'text', ({ uniqueKey }) => uniqueKey],
  ['at_most_ms', 'float8', ({ atMostMs }) => atMostMs],
  ['actor', 'text', ({ actor }) => actor],
  ['correlation_id', 'text', ({ correlationId }) => correlationId],
  ['subject', 'text', ({ subject }) => subject],
  ['context', 'text', ({ context }) => context],
  ['limits', 'text', ({ limitKeys }) => limitKeys?.join(BETWEEN_KEYS) ?? null],
  ['exclusive', 'boolean', ({ exclusive }) => exclusive || null],
  ['on_parent_dead', 'text', ({ onParentDead }) => onParentDead],
  ['has_waiters', 'boolean', ({ hasWaiters }) => hasWaiters || null],
  ['retry', 'text', ({ retry }) => retry],
]

function valuesOf(job: NewJob): readonly unknown[] {
  return INPUT.map(([, , valueOf]) => valueOf(job))
}

function columnsOf(jobs: readonly NewJob[]): readonly unknown[] {
  const others = INPUT.slice(1).map(([, , valueOf]) => column(jobs, valueOf))
  return [uuids(jobs.map(({ id }) => id)), ...others]
}

const NAMES = INPUT.map(([name]) => name).join(', ')
const ARRAYS = `unnest(${INPUT.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ')}) WITH ORDINALITY`
const VALUES = `(VALUES (${INPUT.map(([, type], i) => `$${i + 1}::${type}`).join(', ')}, 1))`

const rowsOf = (input: string) => /* sql */ `
-- insert jobs: $1 to $20 as in new-jobs.ts, $21 now or null
WITH clock AS (SELECT coalesce($21::timestamptz, now()) AS now),
new AS (
  SELECT input.*,
         coalesce(input.at, clock.now + coalesce(input.delay_ms, 0) * interval '1 ms') AS run_at,
         clock.now + input.at_most_ms * interval '1 ms' AS debounce_until,
         string_to_array(input.limits, E'\\x1f') AS limit_keys,
         clock.now
  FROM clock, ${input} AS input (${NAMES}, position)
)`

/** The columns of a new job but its state, and their values from the rows of {@link inBothForms}. */
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
