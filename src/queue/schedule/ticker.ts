import { isUnavailable, type Database, type Transaction } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import { beatOf, findDeclared, optionsOf } from './arrange-schedule.js'
import type { Client } from '../enqueue/client.js'
import type { Service } from '../duty/periodic.js'
import type { Registry } from '../registry.js'
import type { JobRequest } from '../enqueue/request.js'
import { listBusy, pruneTicks, recordTicks, type Tick } from '../store/schedule-tick.js'
import {
  idOf,
  listDueSchedules,
  lockDueSchedules,
  recordTimes,
  type DueSchedule,
  type ScheduleKey,
} from '../store/schedule.js'
import { holdScheduler } from '../store/scheduler.js'
import { planTicks, type Plan } from './ticks.js'

/** Schedules ticked in one transaction, and about how many jobs it may make: many may have many ticks to make up for. */
const BATCH = 500
const MOST_JOBS = 5_000

export interface TickerOptions {
  database: Database
  registry: Registry<never>
  clock: Clock
  random: () => number
  client: Client
  onError(error: unknown, where: string): void
}

/** Enqueues the jobs of each tick that is due, in the transaction that records the tick. */
export class Ticker implements Service {
  readonly name = 'tick'
  readonly every = '1s'

  constructor(private readonly on: TickerOptions) {}

  async runOnce(): Promise<{ ticked: number }> {
    const { database, registry, clock } = this.on
    const declared = registry.jobs.flatMap(({ name, schedules }) =>
      schedules.map((one) => `${name}/${one.name}`),
    )
    const jobNames = registry.jobs.map(({ name }) => name)
    const due = await listDueSchedules(database, { declared, jobNames, now: clock.statementTime() })
    let ticked = 0
    for (let from = 0; from < due.length; from += BATCH)
      ticked += await this.#tickAll(due.slice(from, from + BATCH))
    return { ticked }
  }

  /** Together while all goes well, else each by itself: one whose payload cannot be made must not hold up the others. */
  async #tickAll(due: readonly ScheduleKey[]): Promise<number> {
    try {
      return await this.on.database.transaction((tx) => this.#tick(tx, due))
    } catch (error) {
      if (due.length === 1 || isUnavailable(error)) {
        this.on.onError(error, due.length === 1 ? `tick ${due.map(idOf).join()}` : 'tick')
        return 0
      }
    }
    let ticked = 0
    for (const one of due) ticked += await this.#tickAll([one])
    return ticked
  }

  /** @returns how many had a tick; another process may have been quicker. */
  async #tick(tx: Transaction, due: readonly ScheduleKey[]): Promise<number> {
    await holdScheduler(tx)
    const locked = await lockDueSchedules(tx, due, this.on.clock.statementTime())
    const schedules = locked.map((row) => settle(this.on.registry, row))
    const busy = await findBusy(tx, schedules)
    const plans: Planned[] = []
    let jobs = 0
    for (const schedule of schedules) {
      const plan = planTicks({ ...schedule, isBusy: busy.has(idOf(schedule)) })
      if (plan.run.length > 0 || plan.nextAt !== schedule.nextAt) plans.push({ schedule, plan })
      if ((jobs += plan.run.length) >= MOST_JOBS) break // the others stay due
    }
    if (plans.length > 0) await this.#carryOut(tx, plans)
    return plans.length
  }

  async #carryOut(tx: Transaction, plans: readonly Planned[]): Promise<void> {
    const wishes = plans.flatMap(({ schedule, plan }) => plan.run.map((tick) => this.#wish(schedule, tick)))
    const jobs = (await this.on.client.enqueueMany(wishes, { tx })).values()
    await recordTicks(
      tx,
      plans.flatMap((planned) => ticksOf(planned, () => jobs.next().value?.id ?? null)),
    )
    await recordTimes(
      tx,
      plans.map(({ schedule, plan }) => ({ ...schedule, ...plan, lastAt: newestOf(plan) })),
    )
    await pruneTicks(
      tx,
      plans.map(({ schedule }) => ({ ...schedule, keepsOpen: schedule.overlap !== 'allow' })),
    )
  }

  #wish({ jobName, scheduleName, tenantId, jitter, payloadAt }: Settled, tick: Date): JobRequest {
    const delayMs = Math.floor(this.on.random() * toMs(jitter))
    const actor = `schedule:${jobName}/${scheduleName}`
    return { name: jobName, payload: payloadAt(tick), tenantId, actor, delay: `${delayMs}ms` }
  }
}

type Settled = ReturnType<typeof settle>

interface Planned {
  readonly schedule: Settled
  readonly plan: Plan
}

/** A row with how it is to be treated, and what its jobs are given. */
function settle(registry: Registry<never>, row: DueSchedule) {
  const declared = findDeclared(registry, row)
  const payloadAt = (tick: Date) => (declared ? declared.payload(tick) : row.payload)
  return { ...row, ...optionsOf(row, declared), beat: beatOf(row), payloadAt }
}

async function findBusy(tx: Transaction, schedules: readonly Settled[]): Promise<ReadonlySet<string>> {
  const asked = schedules.filter(({ overlap }) => overlap !== 'allow')
  return new Set(asked.length > 0 ? (await listBusy(tx, asked)).map(idOf) : [])
}

/** What became of each tick, oldest first; `nextId` gives the ids of the jobs in the order of their ticks. */
function ticksOf({ schedule, plan }: Planned, nextId: () => string | null): readonly (ScheduleKey & Tick)[] {
  const { jobName, scheduleName, tenantId } = schedule
  const common = { jobName, scheduleName, tenantId, by: null }
  return [
    ...plan.missed.map((at) => ({ ...common, at, outcome: 'missed' as const, jobId: null })),
    ...plan.skipped.map((at) => ({ ...common, at, outcome: 'skipped' as const, jobId: null })),
    ...plan.run.map((at) => ({ ...common, at, outcome: 'enqueued' as const, jobId: nextId() })),
  ]
}

function newestOf({ missed, skipped, run, waitingTick }: Plan): Date | null {
  return waitingTick ?? run.at(-1) ?? skipped.at(-1) ?? missed.at(-1) ?? null
}
