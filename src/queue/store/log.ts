import type { Executor } from '../../database/index.js'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** One line that an attempt logged. */
export interface LogLine {
  /** Grows from line to line. */
  readonly seq: number
  readonly attempt: number
  readonly at: Date
  readonly level: LogLevel
  readonly message: string
  readonly data: unknown
}

export interface NewLogLine {
  readonly jobId: string
  readonly fence: string
  /** Counts the lines of one attempt. */
  readonly n: number
  readonly tenantId: string
  readonly attempt: number
  readonly at: Date
  readonly level: LogLevel
  readonly message: string
  /** JSON text. */
  readonly data: string | null
  /** How long it is kept at least. */
  readonly keepMs: number
}

/** Adds lines; those that are there already are left alone. `unsynced`: the commit may be lost in a crash of the server. */
export async function insertLogLines(
  db: Executor,
  lines: readonly NewLogLine[],
  { unsynced }: { unsynced: boolean },
): Promise<void> {
  const parameters = [
    lines.map(({ jobId }) => jobId),
    lines.map(({ fence }) => fence),
    lines.map(({ n }) => n),
    lines.map(({ tenantId }) => tenantId),
    lines.map(({ attempt }) => attempt),
    lines.map(({ at }) => at.toISOString()),
    lines.map(({ level }) => level),
    lines.map(({ message }) => message),
    lines.map(({ data }) => data),
    lines.map(({ keepMs }) => keepMs),
    unsynced,
  ]
  await db.query(INSERT, parameters, { prepared: true })
}

const INSERT = /* sql */ `
-- insert log lines: arrays of $1 job ids, $2 fences, $3 numbers, $4 tenants, $5 attempts, $6 instants, $7 levels,
--   $8 messages, $9 data or null, $10 times to keep in ms; $11 whether the commit need not be synced
WITH mode AS MATERIALIZED (
  SELECT CASE WHEN $11::boolean THEN set_config('synchronous_commit', 'off', true) END
)
INSERT INTO linehaul.job_log (job_id, fence, n, tenant_id, attempt, at, level, message, data, expires_on)
SELECT job_id, fence, n, tenant_id, attempt, at, level, message, data::jsonb,
       (at AT TIME ZONE 'UTC' + keep_ms * interval '1 ms')::date + 1
FROM mode, unnest(
  $1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::timestamptz[], $7::text[], $8::text[], $9::text[],
  $10::float8[]
) WITH ORDINALITY AS line (job_id, fence, n, tenant_id, attempt, at, level, message, data, keep_ms, position)
ORDER BY position
ON CONFLICT (job_id, fence, n) DO NOTHING`

/** Up to `limit` lines of one job, oldest first, from the one after number `after` on. */
export function listLogLines(
  db: Executor,
  { tenantId, jobId, after, limit }: { tenantId: string; jobId: string; after: number; limit: number },
): Promise<readonly LogLine[]> {
  return db.query<LogLine>(LIST, [tenantId, jobId, after, limit])
}

const LIST = /* sql */ `
-- list log lines: $1 tenant, $2 job, $3 after this number, $4 limit
SELECT seq::float8 AS "seq", attempt, at, level, message, data
FROM linehaul.job_log
WHERE job_id = $2 AND tenant_id = $1 AND seq > $3::float8
ORDER BY job_log.seq
LIMIT $4`
