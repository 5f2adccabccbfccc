import type { Executor } from '../../database/index.js'
import type { Fault } from '../attempt/classify.js'
import type { OwnRetry } from '../attempt/retry.js'
import type { JobState } from '../state.js'
import type { Progress } from './progress.js'
import { entryFor } from './attempt-entry.js'
import { selectJobs, walkJobs, type Selection } from './select-jobs.js'

/** One attempt that ended. */
export interface AttemptEntry {
  readonly number: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly workerId: string
  readonly ended: 'done' | 'cancelled' | 'dead' | 'failed' | 'snoozed' | 'blocked' | 'released' | 'lost'
  readonly error?: Fault
}

/** A job's row, open or finished. */
export interface StoredJob {
  readonly id: string
  readonly tenantId: string
  readonly queue: string
  readonly name: string
  /** The business object it is about, `kind:id`. */
  readonly subject: string | null
  readonly payload: unknown
  readonly state: JobState
  readonly priority: number
  readonly runAt: Date
  readonly createdAt: Date
  /** Attempts begun. */
  readonly attempt: number
  /** By its request, else as its definition said when it was put in. */
  readonly maxAttempts: number
  /** Its own attempts, backoff and timeout, where its request gave any. */
  readonly retry: OwnRetry | null
  readonly losses: number
  readonly uniqueKey: string | null
  readonly actor: string | null
  readonly correlationId: string | null
  /** What its attempts get besides the payload. */
  readonly context: Readonly<Record<string, string>> | null
  readonly claimedAt: Date | null
  readonly cancelRequestedAt: Date | null
  readonly finishedAt: Date | null
  /** How far its last attempt said it was. */
  readonly progress: Progress | null
  readonly result: unknown
  readonly error: Fault | null
  /** The last 20 that ended, oldest first. */
  readonly attempts: readonly AttemptEntry[]
}

export async function findJob(db: Executor, tenantId: string, id: string): Promise<StoredJob | undefined> {
  const [job] = await db.query<StoredJob>(FIND, [tenantId, id])
  return job
}

/** Newest first. */
export async function listJobs(
  db: Executor,
  tenantId: string,
  which: Omit<Selection, 'tenantId'>,
): Promise<readonly StoredJob[]> {
  const selection = { ...which, tenantId }
  const walked = await walk(db, selection)
  if (walked) return walked
  const columns = { open: 'true AS is_open', finished: 'false AS is_open' }
  const { sql, parameters } = selectJobs('pick jobs', columns, selection)
  return db.query<StoredJob>(listPicked(sql), parameters)
}

/** A page that the newest jobs of all fill; `undefined` when it may lack some. */
async function walk(db: Executor, selection: Selection): Promise<readonly StoredJob[] | undefined> {
  const statement = walkJobs('walk jobs', { open: OPEN, finished: FINISHED }, selection)
  if (!statement) return undefined
  const found = await db.query<StoredJob & { sort_id?: unknown }>(statement.sql, statement.parameters)
  const isWhole = found.length === selection.limit && found.at(-1)?.finishedAt !== null
  return isWhole ? found.map(({ sort_id: _, ...job }) => job) : undefined
}

// The page is picked from the indexes alone; wide rows are read of its jobs only, not of all that might be among them.
const listPicked = (picked: string) => /* sql */ `
-- list jobs: as in what is picked
WITH picked AS MATERIALIZED (${picked})
SELECT listed.* FROM picked CROSS JOIN LATERAL (
  SELECT ${OPEN} FROM linehaul.job WHERE is_open AND job.id = picked.sort_id
  UNION ALL
  SELECT ${FINISHED} FROM linehaul.job_archive WHERE NOT is_open AND job_archive.id = picked.sort_id
  LIMIT 1
) AS listed
ORDER BY picked.sort_id DESC`

const COMMON = /* sql */ `
id::text AS "id", tenant_id AS "tenantId", queue, name, subject, payload, state, priority::int AS "priority", run_at AS "runAt",
created_at AS "createdAt", attempt, max_attempts AS "maxAttempts", retry, losses::int AS "losses", unique_key AS "uniqueKey",
actor, correlation_id AS "correlationId", context, claimed_at AS "claimedAt", progress`

const OPEN = /* sql */ `${COMMON}, attempts, cancel_requested_at AS "cancelRequestedAt", NULL::timestamptz AS "finishedAt",
NULL::jsonb AS "result", NULL::jsonb AS "error"`

// The only attempt of a job that was done at once is in its own columns.
const FINISHED = /* sql */ `${COMMON}, coalesce(attempts, jsonb_build_array(${entryFor('state', 'error')})) AS attempts,
NULL::timestamptz AS "cancelRequestedAt", finished_at AS "finishedAt", result, error`

const FIND = /* sql */ `
-- find job: $1 tenant, $2 id
SELECT ${OPEN} FROM linehaul.job WHERE tenant_id = $1 AND id = $2
UNION ALL
SELECT ${FINISHED} FROM linehaul.job_archive WHERE tenant_id = $1 AND id = $2
LIMIT 1`

/** An instant, in whole milliseconds, by which all is over that has happened until now. */
export async function readNow(db: Executor, now: Date | null): Promise<Date> {
  if (now) return now
  const [row] = await db.query<{ now: Date }>(`-- read now\nSELECT now() + interval '1 ms' AS "now"`)
  return row?.now ?? new Date(Number.NaN)
}
