import { arrange } from './arrange-schedule.js'
import type { AnyJob } from '../define-job.js'
import type { Registry } from '../registry.js'
import type { Schedule } from './schedule.js'
import { blankSchedule, idOf, type ScheduleKey, type StoredSchedule } from '../store/schedule.js'

/** A tenant as schedules need it. */
export interface TenantZone {
  readonly id: string
  /** IANA name. */
  readonly timeZone: string
}

/** The tenant of schedules of which there is one for all tenants. */
const INSTANCE: TenantZone = { id: 'default', timeZone: 'UTC' }

/** That a row is still declared is written down this often, not each time. */
const MARK_AFTER_MS = 3 * 60_000

type DeclaredSchedule = ScheduleKey &
  Pick<StoredSchedule, 'cron' | 'timeZone'> & { readonly enabled: boolean }

/** Every schedule there is to be, by its id: those of the code, as is set, and those that people made of definitions known here. */
export function declareSchedules(
  registry: Registry<never>,
  tenants: readonly TenantZone[],
  known: readonly StoredSchedule[],
): ReadonlyMap<string, DeclaredSchedule> {
  const ofPeople = known
    .filter(({ hasPayload, jobName }) => hasPayload && registry.find(jobName))
    .map((row) => ({ ...row, enabled: true }))
  const ofCode = registry.jobs.flatMap((job) =>
    job.schedules.flatMap((schedule) =>
      (schedule.perTenant === false ? [INSTANCE] : tenants).map((tenant) =>
        rowOf(registry, job, schedule, tenant),
      ),
    ),
  )
  const rows = [...ofPeople, ...ofCode]
  return new Map(rows.map((row) => [idOf(row), row]))
}

function rowOf(
  { policies }: Registry<never>,
  job: AnyJob,
  schedule: Schedule<unknown>,
  tenant: TenantZone,
): DeclaredSchedule {
  const { cron, timeZone, enabled } = policies.scheduleOf(job, schedule, tenant.id)
  return {
    ...{ jobName: job.name, scheduleName: schedule.name, tenantId: tenant.id, cron, enabled },
    timeZone: timeZone === 'tenant' ? tenant.timeZone : timeZone,
  }
}

/** What is to be done so that the rows, `known`, are what is declared. */
export function compareSchedules(
  declared: ReadonlyMap<string, DeclaredSchedule>,
  known: readonly StoredSchedule[],
  now: Date,
) {
  const rows = new Map(known.map((row) => [idOf(row), row]))
  const enter: StoredSchedule[] = []
  const rearrange: (StoredSchedule & { expectedAt: Date | null })[] = []
  const mark: StoredSchedule[] = []
  for (const [id, wish] of declared) {
    const row = rows.get(id) ?? blankSchedule(wish, now)
    const { cron, timeZone, enabled } = wish
    const isNew = row.cron !== cron || row.timeZone !== timeZone
    const wanted = { ...row, cron, timeZone, nextAt: isNew ? null : row.nextAt }
    const times = arrange(wanted, now, enabled)
    if (!row.isEntered) enter.push({ ...wanted, ...times })
    else if (isNew || times.timing !== row.timing || Number(times.nextAt) !== Number(row.nextAt))
      rearrange.push({ ...wanted, ...times, expectedAt: row.nextAt })
    else if (now.getTime() - row.declaredAt.getTime() > MARK_AFTER_MS) mark.push(row)
  }
  return { enter, rearrange, mark, gone: known.filter((row) => row.isEntered && !declared.has(idOf(row))) }
}
