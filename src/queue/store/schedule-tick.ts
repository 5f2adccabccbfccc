import type { Executor } from '../../database/index.js'
import { columnsOf, type ScheduleKey } from './schedule.js'

/** What became of one tick. */
export interface Tick {
  /** When it was due, or was asked for. */
  readonly at: Date
  /** `skipped`: another job of the schedule was not finished. `missed`: nobody was there to see it. */
  readonly outcome: 'enqueued' | 'skipped' | 'missed'
  readonly jobId: string | null
  /** Who asked for it; `null`: the clock. */
  readonly by: string | null
}

/** Those of `keys` that made a job which has not finished. */
export function listBusy(db: Executor, keys: readonly ScheduleKey[]): Promise<readonly ScheduleKey[]> {
  return db.query(LIST_BUSY, columnsOf(keys))
}

const LIST_BUSY = /* sql */ `
-- list busy: arrays of $1 jobs, $2 schedules, $3 tenants
SELECT DISTINCT job_name AS "jobName", schedule_name AS "scheduleName", tick.tenant_id AS "tenantId"
FROM linehaul.schedule_tick AS tick JOIN linehaul.job ON job.id = tick.job_id
WHERE (job_name, schedule_name, tick.tenant_id) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))`

/** In the order given. */
export async function recordTicks(db: Executor, ticks: readonly (ScheduleKey & Tick)[]): Promise<void> {
  await db.query(RECORD, [
    ...columnsOf(ticks),
    ticks.map(({ at }) => at),
    ticks.map(({ outcome }) => outcome),
    ticks.map(({ jobId }) => jobId),
    ticks.map(({ by }) => by),
  ])
}

const RECORD = /* sql */ `
-- record ticks: arrays of $1 jobs, $2 schedules, $3 tenants, $4 instants, $5 outcomes, $6 job ids or null, $7 who or null
INSERT INTO linehaul.schedule_tick (job_name, schedule_name, tenant_id, at, outcome, job_id, run_by)
SELECT job_name, schedule_name, tenant_id, at, outcome, job_id, run_by
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::uuid[], $7::text[])
  WITH ORDINALITY AS new (job_name, schedule_name, tenant_id, at, outcome, job_id, run_by, position)
ORDER BY position`

/** Ticks kept of each schedule. */
const KEPT = 50

/** Forgets all but the last ticks, and, where jobs must not overlap (`keepsOpen`), those whose job is not finished. */
export async function pruneTicks(
  db: Executor,
  keys: readonly (ScheduleKey & { keepsOpen: boolean })[],
): Promise<void> {
  await db.query(PRUNE, [...columnsOf(keys), keys.map(({ keepsOpen }) => keepsOpen), KEPT])
}

// By place, for a join with the table would look for the last ticks once for each tick there is.
const PRUNE = /* sql */ `
-- prune ticks: arrays of $1 jobs, $2 schedules, $3 tenants, $4 whether to keep those with open jobs; $5 how many to keep
DELETE FROM linehaul.schedule_tick
WHERE ctid = ANY (ARRAY(
  SELECT old.ctid
  FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) AS key (job_name, schedule_name, tenant_id, keeps_open)
  CROSS JOIN LATERAL (
    SELECT ctid, job_id
    FROM linehaul.schedule_tick AS tick
    WHERE (tick.job_name, tick.schedule_name, tick.tenant_id) = (key.job_name, key.schedule_name, key.tenant_id)
    ORDER BY seq DESC
    OFFSET $5
  ) AS old
  WHERE NOT (key.keeps_open AND EXISTS (SELECT FROM linehaul.job WHERE job.id = old.job_id))
))`
