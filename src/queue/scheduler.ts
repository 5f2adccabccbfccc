import type { Database, Transaction } from '../database/index.js'
import { nextCron, type Clock } from '../time/index.js'
import type { Client } from './client.js'
import type { AnyJob, Schedule } from './define-job.js'
import type { Service } from './periodic.js'
import type { Registry } from './registry.js'
import {
  deleteSchedule,
  listSchedules,
  lockDueSchedules,
  recordTick,
  upsertSchedule,
  type ScheduleRow,
} from './store/schedule.js'

/** A tenant as schedules need it. */
export interface TenantZone {
  readonly id: string
  /** IANA name. */
  readonly timeZone: string
}

const BATCH = 100

/** Enters the schedules of all definitions for all tenants, and removes those that are declared no more. */
export class ScheduleSync implements Service {
  readonly name = 'sync schedules'
  readonly every = '1m'

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly tenants: () => Promise<readonly TenantZone[]>,
    private readonly clock: Clock,
  ) {}

  async runOnce(): Promise<{ declared: number; removed: number }> {
    const declared = declare(this.registry.jobs, await this.tenants(), this.clock.now())
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

/** Enqueues one job for each tick that is due, in the transaction that records the tick. */
export class Ticker implements Service {
  readonly name = 'tick'
  readonly every = '1s'

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly client: Client,
    private readonly clock: Clock,
  ) {}

  async runOnce(): Promise<{ ticked: number }> {
    const ticked = await this.database.transaction(async (tx) => {
      const due = await lockDueSchedules(tx, BATCH, this.clock.statementTime())
      for (const row of due) await this.#tick(tx, row, row.now)
      return due.length
    })
    return { ticked }
  }

  async #tick(tx: Transaction, row: ScheduleRow, now: Date): Promise<void> {
    const schedule = this.registry.find(row.jobName)?.schedules.find(({ name }) => name === row.scheduleName)
    if (!schedule || !row.nextAt) return // another version's: that one ticks it, or the sync removes it
    const { tick, nextAt } = latestTick(row, row.nextAt, now)
    const actor = `schedule:${row.jobName}/${row.scheduleName}`
    await this.client.enqueueMany(
      [{ name: row.jobName, payload: schedule.payload(tick), tenantId: row.tenantId, actor }],
      { tx },
    )
    await recordTick(tx, row, tick, nextAt)
  }
}

/** Of the ticks missed while nobody looked only the latest is made up for. */
export function latestTick(
  { cron, timeZone }: Pick<ScheduleRow, 'cron' | 'timeZone'>,
  firstDue: Date,
  now: Date,
): { tick: Date; nextAt: Date | null } {
  let tick = firstDue
  let next = nextCron(cron, timeZone, tick)
  while (next && next <= now) {
    tick = next
    next = nextCron(cron, timeZone, tick)
  }
  return { tick, nextAt: next ?? null }
}
