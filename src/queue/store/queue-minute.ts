import type { Executor } from '../../database/index.js'

/** What one tenant's jobs of one definition did in one queue within one minute. */
export interface MinuteRow extends QueueFigures {
  readonly tenantId: string
  readonly queue: string
  readonly name: string
  /** When the minute began, in milliseconds since 1970. */
  readonly minuteMs: number
}

export interface QueueFigures {
  readonly done: number
  readonly dead: number
  readonly cancelled: number
  /** Attempts that failed and are tried again. */
  readonly failed: number
  readonly enqueued: number
  /** How long the attempts counted in the first four ran, all together. */
  readonly runMs: number
  /** The longest of them. */
  readonly maxRunMs: number
  /** How long they had waited, from when they were due to when they were claimed, all together. */
  readonly waitMs: number
}

/** Adds to what was counted before, here or by other processes. In the order of the key, so that no two block one another for ever. */
export async function addMinutes(db: Executor, rows: readonly MinuteRow[]): Promise<void> {
  await db.query(ADD_MINUTES, [JSON.stringify(rows)], { prepared: true })
}

const ADD_MINUTES = /* sql */ `
-- add minutes: $1 rows as JSON
INSERT INTO linehaul.queue_minute AS known
  (tenant_id, minute, queue, name, done, dead, cancelled, failed, enqueued, run_ms, max_run_ms, wait_ms)
SELECT "tenantId", to_timestamp("minuteMs" / 1000), queue, name,
       done, dead, cancelled, failed, enqueued, "runMs", "maxRunMs", "waitMs"
FROM jsonb_to_recordset($1::jsonb) AS given (
  "tenantId" text, "minuteMs" float8, queue text, name text, done int, dead int, cancelled int, failed int,
  enqueued int, "runMs" float8, "maxRunMs" float8, "waitMs" float8
)
ORDER BY "tenantId", "minuteMs", queue, name
ON CONFLICT (tenant_id, minute, queue, name) DO UPDATE
SET done = known.done + EXCLUDED.done,
    dead = known.dead + EXCLUDED.dead,
    cancelled = known.cancelled + EXCLUDED.cancelled,
    failed = known.failed + EXCLUDED.failed,
    enqueued = known.enqueued + EXCLUDED.enqueued,
    run_ms = known.run_ms + EXCLUDED.run_ms,
    max_run_ms = greatest(known.max_run_ms, EXCLUDED.max_run_ms),
    wait_ms = known.wait_ms + EXCLUDED.wait_ms`

/** The figures of some minutes together. */
export interface StatisticsStep extends QueueFigures {
  /** When it begins. */
  readonly at: Date
}

export function sumMinutes(
  db: Executor,
  wish: {
    tenantId: string
    queue: string | undefined
    names: readonly string[] | undefined
    from: Date
    until: Date
    stepMinutes: number
  },
): Promise<readonly StatisticsStep[]> {
  const { tenantId, queue = null, names = null, from, until, stepMinutes } = wish
  return db.query<StatisticsStep>(SUM_MINUTES, [tenantId, queue, names, from, until, stepMinutes])
}

// Steps begin at whole multiples of their length since 1970: two pages of one chart fit together.
const SUM_MINUTES = /* sql */ `
-- sum minutes: $1 tenant, $2 queue and $3 names, null for any; $4 from, $5 until, $6 minutes of a step
SELECT date_bin($6::int * interval '1 minute', minute, 'epoch'::timestamptz) AS "at",
       sum(done)::float8 AS "done", sum(dead)::float8 AS "dead", sum(cancelled)::float8 AS "cancelled",
       sum(failed)::float8 AS "failed", sum(enqueued)::float8 AS "enqueued",
       round(sum(run_ms)) AS "runMs", round(max(max_run_ms)) AS "maxRunMs", round(sum(wait_ms)) AS "waitMs"
FROM linehaul.queue_minute
WHERE tenant_id = $1 AND minute >= $4 AND minute < $5
  AND ($2::text IS NULL OR queue = $2) AND ($3::text[] IS NULL OR name = ANY ($3))
GROUP BY 1
ORDER BY 1`
