import type { Executor } from '../database/index.js'
import type { JobState } from '../queue/index.js'

export interface Ahead {
  /** When the next job or tick falls due; `null`: none will by itself. */
  readonly dueAt: Date | null
  /** Whether jobs wait for a limit, and so for an instant that nobody knows beforehand. */
  readonly isHeld: boolean
}

export async function lookAhead(db: Executor, now: Date): Promise<Ahead> {
  const [ahead] = await db.query<Ahead>(LOOK_AHEAD, [now])
  return ahead as Ahead
}

const LOOK_AHEAD = /* sql */ `
-- look ahead: $1 now
SELECT least(
         (SELECT min(run_at) FROM linehaul.job WHERE state = 'scheduled' AND run_at > $1),
         (SELECT min(next_at) FROM linehaul.schedule WHERE next_at > $1)
       ) AS "dueAt",
       EXISTS (SELECT FROM linehaul.job WHERE state = 'held') AS "isHeld"`

export interface EnqueuedRow {
  readonly id: string
  readonly name: string
  readonly tenantId: string
  readonly payload: unknown
  readonly state: JobState
  readonly runAt: Date
  readonly priority: number
  readonly actor: string | null
  readonly subject: string | null
  readonly attempt: number
  readonly result: unknown
  readonly error: { readonly code: string; readonly message: string } | null
}

/** All jobs, open and finished, in the order in which they were asked for. */
export function listEnqueued(db: Executor): Promise<readonly EnqueuedRow[]> {
  return db.query<EnqueuedRow>(LIST_ENQUEUED)
}

const COMMON = /* sql */ `
id::text AS "id", name, tenant_id AS "tenantId", payload, state, run_at AS "runAt", priority::int AS "priority", actor,
subject, attempt`

const LIST_ENQUEUED = /* sql */ `
-- list enqueued
SELECT ${COMMON}, NULL::jsonb AS "result", NULL::jsonb AS "error" FROM linehaul.job
UNION ALL
SELECT ${COMMON}, result, error FROM linehaul.job_archive
ORDER BY "id"`
