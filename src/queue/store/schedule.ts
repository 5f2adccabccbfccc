import type { Executor } from '../../database/index.js'
import type { Overlap } from '../schedule/schedule.js'
import { GOES_ON } from './scheduler.js'

export interface ScheduleKey {
  readonly jobName: string
  readonly scheduleName: string
  readonly tenantId: string
}

/** No name holds a slash, and neither does that of a definition. */
export function idOf({ jobName, scheduleName, tenantId }: ScheduleKey): string {
  return `${jobName}/${scheduleName}/${tenantId}`
}

/** What people decided about a schedule; `null`: as the code declares. */
export interface ScheduleChange {
  readonly changedCron: string | null
  readonly changedZone: string | null
  readonly overlap: Overlap | null
  /** `latest`, `skip` or `all 10`. */
  readonly missed: string | null
  readonly jitter: string | null
  readonly changedAt: Date | null
  readonly changedBy: string | null
  readonly paused: boolean
  readonly pauseAt: Date | null
  readonly pauseBy: string | null
  readonly pauseReason: string | null
}

export interface StoredSchedule extends ScheduleKey, ScheduleChange {
  /** Whether it has a row; otherwise this is only what people decided about it. */
  readonly isEntered: boolean
  /** As declared: five fields, or `every 15m`. */
  readonly cron: string
  readonly timeZone: string
  /** What `nextAt` was computed for. */
  readonly timing: string
  /** `null`: never again, or paused. */
  readonly nextAt: Date | null
  readonly lastAt: Date | null
  readonly anchorAt: Date
  readonly declaredAt: Date
  readonly waitingTick: Date | null
  /** Whether its jobs have a payload that people gave: the code need not declare it. */
  readonly hasPayload: boolean
  readonly payload: unknown
}

/** What people have decided about a schedule of which they have not thought. */
export const NO_CHANGE: ScheduleChange = {
  ...{ changedCron: null, changedZone: null, overlap: null, missed: null, jitter: null, changedAt: null },
  ...{ changedBy: null, paused: false, pauseAt: null, pauseBy: null, pauseReason: null },
}

/** A schedule that has not been entered yet, and so has no times. */
export function blankSchedule(
  { jobName, scheduleName, tenantId, cron, timeZone }: ScheduleKey & { cron: string; timeZone: string },
  now: Date,
): StoredSchedule {
  return {
    ...{ jobName, scheduleName, tenantId, cron, timeZone, ...NO_CHANGE, hasPayload: false, payload: null },
    ...{ isEntered: false, timing: '', nextAt: null, lastAt: null, waitingTick: null },
    ...{ anchorAt: now, declaredAt: now },
  }
}

/** The keys as three arrays, for `unnest`. */
export function columnsOf(keys: readonly ScheduleKey[]): [string[], string[], string[]] {
  return [
    keys.map(({ jobName }) => jobName),
    keys.map(({ scheduleName }) => scheduleName),
    keys.map(({ tenantId }) => tenantId),
  ]
}

const KEY = 'job_name, schedule_name, tenant_id'

const COLUMNS = /* sql */ `job_name AS "jobName", schedule_name AS "scheduleName", tenant_id AS "tenantId",
schedule.job_name IS NOT NULL AS "isEntered",
coalesce(schedule.cron, change.cron, '') AS "cron", coalesce(schedule.time_zone, change.time_zone, '') AS "timeZone",
coalesce(schedule.timing, schedule.cron || ' ' || schedule.time_zone, '') AS "timing",
schedule.next_at AS "nextAt", schedule.last_at AS "lastAt", coalesce(schedule.anchor_at, now()) AS "anchorAt",
coalesce(schedule.declared_at, now()) AS "declaredAt", schedule.waiting_tick AS "waitingTick",
change.cron AS "changedCron", change.time_zone AS "changedZone", change.overlap, change.missed, change.jitter,
change.payload, change.payload IS NOT NULL AS "hasPayload",
change.changed_at AS "changedAt", change.changed_by AS "changedBy", coalesce(change.paused, false) AS "paused",
change.pause_at AS "pauseAt", change.pause_by AS "pauseBy", change.pause_reason AS "pauseReason"`

const FROM = /* sql */ `FROM linehaul.schedule LEFT JOIN linehaul.schedule_change AS change USING (${KEY})`

/** Every schedule of every tenant, and what people decided about such as have no row. */
export function listAllSchedules(db: Executor): Promise<readonly StoredSchedule[]> {
  return db.query(LIST_ALL, [], { prepared: true })
}

const LIST_ALL = /* sql */ `
-- list schedules
SELECT ${COLUMNS} FROM linehaul.schedule FULL JOIN linehaul.schedule_change AS change USING (${KEY})`

export interface ScheduleSelection {
  readonly tenantId: string
  readonly jobName?: string | undefined
  readonly paused?: boolean | undefined
  /** Only those after this one. */
  readonly after?: Pick<ScheduleKey, 'jobName' | 'scheduleName'> | undefined
  readonly limit?: number | undefined
}

/** Schedules of a tenant, by name. */
export function listSchedules(
  db: Executor,
  { tenantId, jobName, paused, after, limit }: ScheduleSelection,
): Promise<readonly StoredSchedule[]> {
  const from = [after?.jobName ?? '', after?.scheduleName ?? '']
  return db.query(LIST, [tenantId, jobName ?? null, paused ?? null, ...from, limit ?? null])
}

const LIST = /* sql */ `
-- list tenant schedules: $1 tenant, $2 job or null, $3 whether paused or null, $4 job and $5 schedule it begins after, or
--   both empty, $6 limit or null
SELECT ${COLUMNS} ${FROM}
WHERE tenant_id = $1
  AND ($2::text IS NULL OR job_name = $2)
  AND ($3::boolean IS NULL OR coalesce(change.paused, false) = $3)
  AND (job_name, schedule_name) > ($4::text, $5::text)
ORDER BY ${KEY}
LIMIT $6::int`

/** Those due, and those with a tick that waits no longer, of the schedules that this process can tick; longest due first. */
export function listDueSchedules(
  db: Executor,
  { declared, jobNames, now }: { declared: readonly string[]; jobNames: readonly string[]; now: Date | null },
): Promise<readonly ScheduleKey[]> {
  return db.query(LIST_DUE, [declared, jobNames, now], { prepared: true })
}

const LIST_DUE = /* sql */ `
-- list due schedules: $1 declared as job/schedule, $2 jobs known, $3 now or null
SELECT job_name AS "jobName", schedule_name AS "scheduleName", tenant_id AS "tenantId"
FROM linehaul.schedule
WHERE (next_at <= coalesce($3::timestamptz, now()) OR (waiting_tick IS NOT NULL AND next_at IS NOT NULL))
  AND (
    job_name || '/' || schedule_name = ANY($1::text[])
    OR (job_name = ANY($2::text[]) AND EXISTS (
      SELECT FROM linehaul.schedule_change AS change
      WHERE (change.job_name, change.schedule_name, change.tenant_id)
          = (schedule.job_name, schedule.schedule_name, schedule.tenant_id)
        AND change.payload IS NOT NULL
    ))
  )
  AND ${GOES_ON}
ORDER BY next_at, ${KEY}`

export type TimedSchedule = StoredSchedule & { readonly now: Date }

export type DueSchedule = TimedSchedule & { readonly nextAt: Date }

/** Those of `keys` that are due or have a tick that waits, locked; what another process ticks at this moment is left out. */
export function lockDueSchedules(
  db: Executor,
  keys: readonly ScheduleKey[],
  now: Date | null,
): Promise<readonly DueSchedule[]> {
  return db.query(LOCK_DUE, [...columnsOf(keys), now])
}

const LOCK_DUE = /* sql */ `
-- lock due schedules: arrays of $1 jobs, $2 schedules, $3 tenants; $4 now or null
SELECT ${COLUMNS}, coalesce($4::timestamptz, now()) AS "now" ${FROM}
WHERE (${KEY}) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
  AND (next_at <= coalesce($4::timestamptz, now()) OR (waiting_tick IS NOT NULL AND next_at IS NOT NULL))
  AND ${GOES_ON}
ORDER BY next_at, ${KEY}
FOR UPDATE OF schedule SKIP LOCKED`

/** One schedule, and what time it is in the database. */
export async function findSchedule(
  db: Executor,
  { jobName, scheduleName, tenantId }: ScheduleKey,
  now: Date | null,
): Promise<TimedSchedule | undefined> {
  const [row] = await db.query<TimedSchedule>(FIND, [jobName, scheduleName, tenantId, now])
  return row
}

const FIND = /* sql */ `
-- find schedule: $1 job, $2 schedule, $3 tenant, $4 now or null
SELECT ${COLUMNS}, coalesce($4::timestamptz, now()) AS "now" ${FROM}
WHERE (${KEY}) = ($1, $2, $3)`

/** The same, locked once nobody else holds it; read only then, for whoever did may have changed what is read. */
export async function lockSchedule(
  db: Executor,
  key: ScheduleKey,
  now: Date | null,
): Promise<TimedSchedule | undefined> {
  await db.query(LOCK, [key.jobName, key.scheduleName, key.tenantId])
  return findSchedule(db, key, now)
}

const LOCK = /* sql */ `
-- lock schedule: $1 job, $2 schedule, $3 tenant
SELECT 1 FROM linehaul.schedule WHERE (${KEY}) = ($1, $2, $3) FOR UPDATE`

/** Moves schedules on: the ticks up to `lastAt` are done with. */
export async function recordTimes(
  db: Executor,
  rows: readonly (ScheduleKey & { lastAt: Date | null; nextAt: Date | null; waitingTick: Date | null })[],
): Promise<void> {
  await db.query(RECORD_TIMES, [
    ...columnsOf(rows),
    rows.map(({ lastAt }) => lastAt),
    rows.map(({ nextAt }) => nextAt),
    rows.map(({ waitingTick }) => waitingTick),
  ])
}

const RECORD_TIMES = /* sql */ `
-- record times: arrays of $1 jobs, $2 schedules, $3 tenants, $4 last ticks, $5 next ones or null, $6 waiting ones or null
UPDATE linehaul.schedule
SET last_at = greatest(schedule.last_at, new.last_at), next_at = new.next_at, waiting_tick = new.waiting_tick
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
  AS new (${KEY}, last_at, next_at, waiting_tick)
WHERE (schedule.job_name, schedule.schedule_name, schedule.tenant_id) = (new.job_name, new.schedule_name, new.tenant_id)`
