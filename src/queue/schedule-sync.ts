import type { Database } from '../database/index.js'
import { isTimeZone, nextCron, type Clock } from '../time/index.js'
import type { AnyJob, Schedule } from './define-job.js'
import { UnknownZoneError } from './errors.js'
import type { Service } from './periodic.js'
import type { Registry } from './registry.js'
import { deleteSchedule, listSchedules, upsertSchedule, type ScheduleRow } from './store/schedule.js'

/** A tenant as schedules need it. */
export interface TenantZone {
  readonly id: string
  /** IANA name. */
  readonly timeZone: string
}

/** Enters the schedules of all definitions for all tenants, and removes those that are declared no more. */
export class ScheduleSync implements Service {
  readonly name = 'sync schedules'
  readonly every = '1m'

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly tenants: () => Promise<readonly TenantZone[]>,
    private readonly clock: Clock,
    private readonly onError: (error: unknown, where: string) => void,
  ) {}

  async runOnce(): Promise<{ declared: number; removed: number }> {
    const declared = declare(this.registry.jobs, await this.#usableTenants(), this.clock.now())
    const known = await listSchedules(this.database)
    const gone = known.filter(
      (row) => this.registry.find(row.jobName) && !declared.some((other) => isSame(row, other)),
    )
    for (const row of declared.filter((row) => !known.some((other) => isUnchanged(row, other)))) {
      await upsertSchedule(this.database, row)
    }
    for (const row of gone) await deleteSchedule(this.database, row)
    return { declared: declared.length, removed: gone.length }
  }

  /** One tenant whose zone is unknown here must not hold up the others. */
  async #usableTenants(): Promise<readonly TenantZone[]> {
    const tenants = await this.tenants()
    for (const { id, timeZone } of tenants) {
      if (!isTimeZone(timeZone)) this.onError(new UnknownZoneError(id, timeZone), this.name)
    }
    return tenants.filter(({ timeZone }) => isTimeZone(timeZone))
  }
}

function declare(jobs: readonly AnyJob[], tenants: readonly TenantZone[], now: Date): readonly ScheduleRow[] {
  return jobs.flatMap((job) =>
    job.schedules.flatMap((schedule) => tenants.map((tenant) => rowOf(job.name, schedule, tenant, now))),
  )
}

function rowOf(jobName: string, schedule: Schedule<unknown>, tenant: TenantZone, now: Date): ScheduleRow {
  const timeZone = schedule.timeZone === 'tenant' ? tenant.timeZone : schedule.timeZone
  const nextAt = nextCron(schedule.cron, timeZone, now) ?? null
  return { jobName, scheduleName: schedule.name, tenantId: tenant.id, cron: schedule.cron, timeZone, nextAt }
}

function isSame(a: ScheduleRow, b: ScheduleRow): boolean {
  return a.jobName === b.jobName && a.scheduleName === b.scheduleName && a.tenantId === b.tenantId
}

function isUnchanged(a: ScheduleRow, b: ScheduleRow): boolean {
  return isSame(a, b) && a.cron === b.cron && a.timeZone === b.timeZone
}
