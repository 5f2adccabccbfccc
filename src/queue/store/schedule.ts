import type { Executor } from '../../database/index.js'

export interface ScheduleRow {
  readonly jobName: string
  readonly scheduleName: string
  readonly tenantId: string
  readonly cron: string
  readonly timeZone: string
  /** `null`: never again. */
  readonly nextAt: Date | null
}

export type ScheduleKey = Pick<ScheduleRow, 'jobName' | 'scheduleName' | 'tenantId'>

export function listSchedules(db: Executor): Promise<readonly ScheduleRow[]> {
  return db.query<ScheduleRow>(`-- list schedules\nSELECT ${COLUMNS} FROM linehaul.schedule`)
}

/** Those due, longest due first. */
export function listDueSchedules(
  db: Executor,
  limit: number,
  now: Date | null,
): Promise<readonly ScheduleKey[]> {
  return db.query(LIST_DUE, [limit, now])
}

const COLUMNS = /* sql */ `job_name AS "jobName", schedule_name AS "scheduleName", tenant_id AS "tenantId", cron,
time_zone AS "timeZone", next_at AS "nextAt"`

const LIST_DUE = /* sql */ `
-- list due schedules: $1 limit, $2 now or null
SELECT job_name AS "jobName", schedule_name AS "scheduleName", tenant_id AS "tenantId"
FROM linehaul.schedule
WHERE next_at <= coalesce($2::timestamptz, now())
ORDER BY next_at
LIMIT $1`

/** The schedule, locked until the transaction ends; `undefined` when it is not due any more or another process ticks it. */
export async function lockDueSchedule(
  db: Executor,
  { jobName, scheduleName, tenantId }: ScheduleKey,
  now: Date | null,
): Promise<(ScheduleRow & { nextAt: Date; now: Date }) | undefined> {
  const [row] = await db.query<ScheduleRow & { nextAt: Date; now: Date }>(LOCK_DUE, [
    jobName,
    scheduleName,
    tenantId,
    now,
  ])
  return row
}

const LOCK_DUE = /* sql */ `
-- lock due schedule: $1 job, $2 schedule, $3 tenant, $4 now or null
SELECT ${COLUMNS}, coalesce($4::timestamptz, now()) AS "now"
FROM linehaul.schedule
WHERE job_name = $1 AND schedule_name = $2 AND tenant_id = $3 AND next_at <= coalesce($4::timestamptz, now())
FOR UPDATE SKIP LOCKED`

/** Enters a schedule, or gives one whose cron or time zone changed its new times. */
export async function upsertSchedule(db: Executor, row: ScheduleRow): Promise<void> {
  await db.query(UPSERT, [row.jobName, row.scheduleName, row.tenantId, row.cron, row.timeZone, row.nextAt])
}

const UPSERT = /* sql */ `
-- upsert schedule: $1 job, $2 schedule, $3 tenant, $4 cron, $5 time zone, $6 next time or null
INSERT INTO linehaul.schedule (job_name, schedule_name, tenant_id, cron, time_zone, next_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (job_name, schedule_name, tenant_id) DO UPDATE
SET cron = EXCLUDED.cron, time_zone = EXCLUDED.time_zone, next_at = EXCLUDED.next_at
WHERE (schedule.cron, schedule.time_zone) IS DISTINCT FROM (EXCLUDED.cron, EXCLUDED.time_zone)`

export async function deleteSchedule(
  db: Executor,
  { jobName, scheduleName, tenantId }: ScheduleKey,
): Promise<void> {
  await db.query(DELETE, [jobName, scheduleName, tenantId])
}

const DELETE = /* sql */ `
-- delete schedule: $1 job, $2 schedule, $3 tenant
DELETE FROM linehaul.schedule WHERE job_name = $1 AND schedule_name = $2 AND tenant_id = $3`

export async function recordTick(
  db: Executor,
  key: ScheduleKey,
  tick: Date,
  nextAt: Date | null,
): Promise<void> {
  await db.query(RECORD_TICK, [key.jobName, key.scheduleName, key.tenantId, tick, nextAt])
}

const RECORD_TICK = /* sql */ `
-- record tick: $1 job, $2 schedule, $3 tenant, $4 tick, $5 next time or null
UPDATE linehaul.schedule SET last_at = $4, next_at = $5
WHERE job_name = $1 AND schedule_name = $2 AND tenant_id = $3`
