import type { Executor } from '../../database/index.js'
import type { ScheduleChange, ScheduleKey } from './schedule.js'

/** Writes down what people decided, all of it: what is `null` is as the code declares. */
export async function saveChange(
  db: Executor,
  { jobName, scheduleName, tenantId }: ScheduleKey,
  change: ScheduleChange,
  /** JSON text; `null` leaves it as it is. */
  payload: string | null = null,
): Promise<void> {
  const { changedCron, changedZone, overlap, missed, jitter, changedAt, changedBy } = change
  const { paused, pauseAt, pauseBy, pauseReason } = change
  await db.query(SAVE, [
    ...[jobName, scheduleName, tenantId, changedCron, changedZone, overlap, missed, jitter],
    ...[changedAt, changedBy, paused, pauseAt, pauseBy, pauseReason, payload],
  ])
}

const SAVE = /* sql */ `
-- save change: $1 job, $2 schedule, $3 tenant, $4 cron, $5 time zone, $6 overlap, $7 missed, $8 jitter, $9 changed at,
--   $10 changed by, $11 paused, $12 pause at, $13 pause by, $14 pause reason, $15 payload; from $4 on null but $11
INSERT INTO linehaul.schedule_change AS change (
  job_name, schedule_name, tenant_id, cron, time_zone, overlap, missed, jitter, changed_at, changed_by, paused, pause_at,
  pause_by, pause_reason, payload
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::jsonb)
ON CONFLICT (job_name, schedule_name, tenant_id) DO UPDATE
SET cron = EXCLUDED.cron, time_zone = EXCLUDED.time_zone, overlap = EXCLUDED.overlap, missed = EXCLUDED.missed,
    jitter = EXCLUDED.jitter, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by,
    paused = EXCLUDED.paused, pause_at = EXCLUDED.pause_at, pause_by = EXCLUDED.pause_by,
    pause_reason = EXCLUDED.pause_reason, payload = coalesce(EXCLUDED.payload, change.payload)`

/** Forgets a schedule: what people decided about it, its times and its ticks. */
export async function forgetSchedule(
  db: Executor,
  { jobName, scheduleName, tenantId }: ScheduleKey,
): Promise<void> {
  await db.query(FORGET, [jobName, scheduleName, tenantId])
}

const FORGET = /* sql */ `
-- forget schedule: $1 job, $2 schedule, $3 tenant
WITH schedule AS (
  DELETE FROM linehaul.schedule WHERE (job_name, schedule_name, tenant_id) = ($1, $2, $3)
), tick AS (
  DELETE FROM linehaul.schedule_tick WHERE (job_name, schedule_name, tenant_id) = ($1, $2, $3)
)
DELETE FROM linehaul.schedule_change WHERE (job_name, schedule_name, tenant_id) = ($1, $2, $3)`

/** Gives a schedule, and all that is kept about it, to the definition's new name, unless that has one of the same name. */
export async function renameSchedule(
  db: Executor,
  { jobName, scheduleName, tenantId }: ScheduleKey,
  newName: string,
): Promise<void> {
  for (const statement of RENAME) await db.query(statement, [jobName, scheduleName, tenantId, newName])
}

const RENAME = ['schedule', 'schedule_change', 'schedule_tick'].map(
  (table) => /* sql */ `
-- rename ${table}: $1 former job, $2 schedule, $3 tenant, $4 job
UPDATE linehaul.${table} SET job_name = $4
WHERE (job_name, schedule_name, tenant_id) = ($1, $2, $3)
  AND NOT EXISTS (SELECT FROM linehaul.${table} WHERE (job_name, schedule_name, tenant_id) = ($4, $2, $3))`,
)
