import type { Executor } from '../../database/index.js'
import type { Fault } from '../classify.js'
import type { JobState } from '../state.js'
import type { Progress } from './progress.js'

/** One attempt that ended. */
export interface AttemptEntry {
  readonly number: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly workerId: string
  readonly ended: 'done' | 'cancelled' | 'dead' | 'failed' | 'snoozed' | 'blocked' | 'released' | 'lost'
  readonly error?: Fault
}

/** A job as it stands, open or finished. */
export interface JobView {
  readonly id: string
  readonly tenantId: string
  readonly queue: string
  readonly name: string
  readonly payload: unknown
  readonly state: JobState
  readonly priority: number
  readonly runAt: Date
  readonly createdAt: Date
  /** Attempts begun. */
  readonly attempt: number
  readonly maxAttempts: number
  readonly losses: number
  readonly uniqueKey: string | null
  readonly actor: string | null
  readonly correlationId: string | null
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

export interface JobFilter {
  readonly state?: JobState
  readonly name?: string
  readonly queue?: string
  /** Only jobs older than this one. */
  readonly after?: string
  readonly limit: number
}

export async function findJob(db: Executor, tenantId: string, id: string): Promise<JobView | undefined> {
  const [job] = await db.query<JobView>(FIND, [tenantId, id])
  return job
}

/** Newest first. */
export function listJobs(db: Executor, tenantId: string, filter: JobFilter): Promise<readonly JobView[]> {
  const { state = null, name = null, queue = null, after = null, limit } = filter
  return db.query<JobView>(LIST, [tenantId, state, name, queue, after, limit])
}

const COMMON = /* sql */ `
id::text AS "id", tenant_id AS "tenantId", queue, name, payload, state, priority::int AS "priority", run_at AS "runAt",
created_at AS "createdAt", attempt, max_attempts AS "maxAttempts", losses::int AS "losses", unique_key AS "uniqueKey",
actor, correlation_id AS "correlationId", claimed_at AS "claimedAt", attempts, progress`

const OPEN = /* sql */ `${COMMON}, cancel_requested_at AS "cancelRequestedAt", NULL::timestamptz AS "finishedAt",
NULL::jsonb AS "result", NULL::jsonb AS "error"`

const FINISHED = /* sql */ `${COMMON}, NULL::timestamptz AS "cancelRequestedAt", finished_at AS "finishedAt", result, error`

const FIND = /* sql */ `
-- find job: $1 tenant, $2 id
SELECT ${OPEN} FROM linehaul.job WHERE tenant_id = $1 AND id = $2
UNION ALL
SELECT ${FINISHED} FROM linehaul.job_archive WHERE tenant_id = $1 AND id = $2
LIMIT 1`

const FILTER = /* sql */ `
tenant_id = $1
AND ($2::text IS NULL OR state = $2)
AND ($3::text IS NULL OR name = $3)
AND ($4::text IS NULL OR queue = $4)
AND ($5::uuid IS NULL OR id < $5)`

const LIST = /* sql */ `
-- list jobs: $1 tenant, $2 state, $3 name, $4 queue, $5 older than this id (each or null), $6 limit
SELECT * FROM (
  (SELECT ${OPEN}, id AS sort_id FROM linehaul.job WHERE ${FILTER} ORDER BY job.id DESC LIMIT $6)
  UNION ALL
  (SELECT ${FINISHED}, id AS sort_id FROM linehaul.job_archive WHERE ${FILTER} ORDER BY job_archive.id DESC LIMIT $6)
) AS found
ORDER BY sort_id DESC
LIMIT $6`
