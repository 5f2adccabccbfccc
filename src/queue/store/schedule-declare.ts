import type { Executor } from '../../database/index.js'
import { columnsOf, type ScheduleKey } from './schedule.js'

/** A schedule with the times that follow from what is declared and decided. */
export interface EnteredSchedule extends ScheduleKey {
  readonly cron: string
  readonly timeZone: string
  readonly timing: string
  readonly nextAt: Date | null
  readonly anchorAt: Date
}

/** What time it is in the database, whatever the clock here says. */
export async function readNow(db: Executor, now: Date | null): Promise<Date> {
  const [row] = await db.query<{ now: Date }>(READ_NOW, [now])
  return (row as { now: Date }).now
}

const READ_NOW = /* sql */ `
-- read now: $1 now or null
SELECT coalesce($1::timestamptz, now()) AS now`

const COLUMNS = 'job_name, schedule_name, tenant_id, cron, time_zone, timing, next_at, anchor_at'

const valuesOf = (rows: readonly EnteredSchedule[]) => [
  ...columnsOf(rows),
  rows.map(({ cron }) => cron),
  rows.map(({ timeZone }) => timeZone),
  rows.map(({ timing }) => timing),
  rows.map(({ nextAt }) => nextAt),
  rows.map(({ anchorAt }) => anchorAt),
]

const NEW = /* sql */ `unnest(
  $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[]
)`

/** Enters schedules, but for those that are there by now. @returns how many. */
export async function enterSchedules(
  db: Executor,
  rows: readonly EnteredSchedule[],
  now: Date,
): Promise<number> {
  const entered = await db.query(ENTER, [...valuesOf(rows), now])
  return entered.length
}

const ENTER = /* sql */ `
-- enter schedules: arrays of $1 jobs, $2 schedules, $3 tenants, $4 crons, $5 time zones, $6 timings, $7 next times or null,
--   $8 starts of intervals; $9 now
INSERT INTO linehaul.schedule (${COLUMNS}, declared_at)
SELECT *, $9::timestamptz FROM ${NEW}
ON CONFLICT DO NOTHING
RETURNING 1`

/** Gives schedules new times, but for those whose next time is not the expected one: they have ticked meanwhile. */
export async function rearrangeSchedules(
  db: Executor,
  rows: readonly (EnteredSchedule & { expectedAt: Date | null })[],
  declaredAt: Date,
): Promise<void> {
  await db.query(REARRANGE, [...valuesOf(rows), declaredAt, rows.map(({ expectedAt }) => expectedAt)])
}

const REARRANGE = /* sql */ `
-- rearrange schedules: arrays of $1 jobs, $2 schedules, $3 tenants, $4 crons, $5 time zones, $6 timings, $7 next times or
--   null, $8 starts of intervals; $9 declared at; array of $10 next times expected or null
UPDATE linehaul.schedule
SET cron = new.cron, time_zone = new.time_zone, timing = new.timing, next_at = new.next_at, anchor_at = new.anchor_at,
    declared_at = $9::timestamptz
FROM unnest(
  $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
  $10::timestamptz[]
) AS new (${COLUMNS}, expected)
WHERE (schedule.job_name, schedule.schedule_name, schedule.tenant_id) = (new.job_name, new.schedule_name, new.tenant_id)
  AND schedule.next_at IS NOT DISTINCT FROM new.expected`

/** Says that they are still to be. */
export async function markDeclared(db: Executor, keys: readonly ScheduleKey[], now: Date): Promise<void> {
  await db.query(MARK_DECLARED, [...columnsOf(keys), now])
}

const MARK_DECLARED = /* sql */ `
-- mark declared: arrays of $1 jobs, $2 schedules, $3 tenants; $4 now
UPDATE linehaul.schedule SET declared_at = $4
FROM unnest($1::text[], $2::text[], $3::text[]) AS declared (job_name, schedule_name, tenant_id)
WHERE (schedule.job_name, schedule.schedule_name, schedule.tenant_id)
    = (declared.job_name, declared.schedule_name, declared.tenant_id)`

/** Removes schedules, with what is kept of their ticks, that nobody has declared since `before`. */
export async function removeSchedules(
  db: Executor,
  keys: readonly ScheduleKey[],
  before: Date,
): Promise<number> {
  const removed = await db.query(REMOVE, [...columnsOf(keys), before])
  return removed.length
}

const REMOVE = /* sql */ `
-- remove schedules: arrays of $1 jobs, $2 schedules, $3 tenants; $4 last declared before
WITH removed AS (
  DELETE FROM linehaul.schedule
  WHERE (job_name, schedule_name, tenant_id) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
    AND declared_at < $4
  RETURNING job_name, schedule_name, tenant_id
), forgotten AS (
  DELETE FROM linehaul.schedule_tick
  WHERE (job_name, schedule_name, tenant_id) IN (SELECT * FROM removed)
)
SELECT 1 FROM removed`
