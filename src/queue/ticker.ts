import type { Database } from '../database/index.js'
import { nextCron, previousCron, type Clock } from '../time/index.js'
import type { Client } from './client.js'
import type { Service } from './periodic.js'
import type { Registry } from './registry.js'
import {
  listDueSchedules,
  lockDueSchedule,
  recordTick,
  type ScheduleKey,
  type ScheduleRow,
} from './store/schedule.js'

const BATCH = 100

/** Enqueues one job for each tick that is due, in the transaction that records the tick. */
export class Ticker implements Service {
  readonly name = 'tick'
  readonly every = '1s'

  constructor(
    private readonly on: { database: Database; registry: Registry<never>; clock: Clock },
    private readonly client: Client,
    private readonly onError: (error: unknown, where: string) => void,
  ) {}

  async runOnce(): Promise<{ ticked: number }> {
    const { database, clock } = this.on
    let ticked = 0
    for (const due of await listDueSchedules(database, BATCH, clock.statementTime())) {
      // Each by itself: one whose payload cannot be made must not hold up the others.
      await this.#tick(due).then(
        (done) => (ticked += done ? 1 : 0),
        (error: unknown) => this.onError(error, `tick ${due.jobName}/${due.scheduleName} of ${due.tenantId}`),
      )
    }
    return { ticked }
  }

  /** @returns whether it was still due; another process may have ticked it. */
  #tick(due: ScheduleKey): Promise<boolean> {
    const { database, registry, clock } = this.on
    return database.transaction(async (tx) => {
      const row = await lockDueSchedule(tx, due, clock.statementTime())
      const schedule = registry.find(due.jobName)?.schedules.find(({ name }) => name === due.scheduleName)
      if (!row || !schedule) return false // another version's schedule: that one ticks it
      const { tick, nextAt } = latestTick(row, row.now)
      const actor = `schedule:${due.jobName}/${due.scheduleName}`
      const wish = { name: due.jobName, payload: schedule.payload(tick), tenantId: due.tenantId, actor }
      await this.client.enqueueMany([wish], { tx })
      await recordTick(tx, due, tick, nextAt)
      return true
    })
  }
}

/** Of the ticks missed while nobody looked, only the latest is made up for. */
export function latestTick(
  { cron, timeZone, nextAt }: Pick<ScheduleRow, 'cron' | 'timeZone'> & { nextAt: Date },
  now: Date,
): { tick: Date; nextAt: Date | null } {
  const latest = previousCron(cron, timeZone, new Date(now.getTime() + 1)) // due at this very instant counts
  const tick = latest && latest > nextAt ? latest : nextAt
  return { tick, nextAt: nextCron(cron, timeZone, now) ?? null }
}
