import type { Database, Transaction } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { arrange, beatOf, findDeclared } from './arrange-schedule.js'
import { refuseUnstorable } from '../check-options.js'
import type { Client } from '../enqueue/client.js'
import {
  EngineOwnedError,
  InvalidScheduleError,
  ScheduleAmbiguousError,
  ScheduleExistsError,
  ScheduleNotFoundError,
} from '../errors.js'
import { toJsonText } from '../json-text.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import { changeSettings, mergeSettings, refuseFlawed } from './schedule-settings.js'
import { toView, type ScheduleView } from './schedule-view.js'
import { SCHEDULE_SETTINGS, type ScheduleSettings } from './schedule.js'
import { forgetSchedule, saveChange } from '../store/schedule-change.js'
import { enterSchedules, readNow, rearrangeSchedules } from '../store/schedule-declare.js'
import { listPastTicks } from '../store/past-tick.js'
import { pruneTicks, recordTicks } from '../store/schedule-tick.js'
import {
  blankSchedule,
  findSchedule,
  listSchedules,
  lockSchedule,
  NO_CHANGE,
  type ScheduleKey,
  type TimedSchedule,
} from '../store/schedule.js'
import { isEngineName } from '../system-names.js'
import { toTickView, type TickView } from './tick-view.js'
import { nextTick } from './ticks.js'
import type { Enqueued } from '../enqueue/write-jobs.js'

/** A schedule that no code declares: the jobs of each tick get the same payload. */
export interface NewSchedule extends ScheduleSettings {
  /** A definition's name or alias. */
  readonly jobName: string
  /** Not one that the definition's own schedules have. */
  readonly name: string
  readonly payload: unknown
}

export interface ScheduleFilter {
  /** A definition's name or alias. */
  readonly jobName?: string
  readonly paused?: boolean
  /** At most this many. Default: all. */
  readonly limit?: number
  /** Only those after the one with that id. */
  readonly after?: string
}

const FILTER: Readonly<Record<keyof ScheduleFilter, true>> = {
  jobName: true,
  paused: true,
  limit: true,
  after: true,
}

const NEW_SCHEDULE: Readonly<Record<keyof NewSchedule, true>> = {
  jobName: true,
  name: true,
  payload: true,
  ...SCHEDULE_SETTINGS,
}

const MOST_PREVIEWED = 1_000

/**
 * What people may look at and do to schedules, each within one tenant; those of which there is one for all tenants are of
 * the tenant `default`. `id` is `definition/schedule`; `by` says who does it, as `user:…` or `api-key:…`. Those of the
 * engine's own definitions only an owner changes: {@link asOwner}, else JOBS_ENGINE_OWNED.
 */
export class Schedules {
  constructor(
    private readonly on: { database: Database; registry: Registry<never>; clock: Clock; client: Client },
    private readonly ofOwner = false,
  ) {}

  /** The same, for an owner of the instance. */
  get asOwner(): Schedules {
    return new Schedules(this.on, true)
  }

  /** By name. Those of definitions that are not known here are among them. */
  async list(tenantId: string, filter: ScheduleFilter = {}): Promise<readonly ScheduleView[]> {
    refuseUnknown('of a list of schedules', filter, FILTER)
    const { database, registry } = this.on
    const { jobName, after, ...others } = filter
    const rows = await listSchedules(database, {
      ...{ tenantId, ...others },
      jobName: jobName && (registry.find(jobName)?.name ?? jobName),
      after: after === undefined ? undefined : this.#keyOf(tenantId, after),
    })
    return rows.map((row) => toView(registry, row))
  }

  /**
   * The schedule that goes by an id, by its name alone, or by that of the definition whose only one it is.
   * @throws JOBS_SCHEDULE_NOT_FOUND, JOBS_SCHEDULE_AMBIGUOUS
   */
  async find(tenantId: string, idOrName: string): Promise<ScheduleView> {
    const { database, registry, clock } = this.on
    const row = await findSchedule(database, this.#keyOf(tenantId, idOrName), clock.statementTime())
    if (row) return toView(registry, row)
    const jobName = registry.find(idOrName)?.name ?? idOrName
    const named = (await this.list(tenantId)).filter(
      (one) => one.name === idOrName || one.jobName === jobName,
    )
    if (named.length > 1)
      throw new ScheduleAmbiguousError(
        idOrName,
        named.map(({ id }) => id),
      )
    const [found] = named
    if (!found) throw new ScheduleNotFoundError(idOrName)
    return found
  }

  /** @throws {ScheduleNotFoundError} JOBS_SCHEDULE_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<ScheduleView> {
    return toView(this.on.registry, await this.#find(tenantId, id))
  }

  /**
   * Changes what is given and leaves the rest. A change outlives restarts and deployments, until it is reset; a new timing
   * counts from now: what the former one missed is not made up for.
   * @throws JOBS_SCHEDULE_NOT_FOUND, JOBS_INVALID_SCHEDULE, JOBS_UNKNOWN_OPTION, TIME_INVALID_CRON
   */
  async update(tenantId: string, id: string, settings: ScheduleSettings, by: string): Promise<ScheduleView> {
    refuseUnknown(`of the schedule ${id}`, settings, SCHEDULE_SETTINGS)
    return this.#decide(tenantId, id, by, (row) => {
      const merged = mergeSettings(toView(this.on.registry, row), settings)
      refuseFlawed(id, { ...merged, name: row.scheduleName })
      return { ...row, ...changeSettings(row, settings, { at: row.now, by }) }
    })
  }

  /** Undoes every change, so that the code's own settings hold again. A schedule that is paused stays so. */
  async reset(tenantId: string, id: string, by: string): Promise<ScheduleView> {
    return this.#decide(tenantId, id, by, (row) => {
      if (this.#isMadeByPeople(row))
        throw new InvalidScheduleError(id, 'is declared by no code to which it could go back')
      const { paused, pauseAt, pauseBy, pauseReason } = row
      return { ...row, ...NO_CHANGE, paused, pauseAt, pauseBy, pauseReason }
    })
  }

  /** No ticks until it is resumed, on no process. Jobs already made are left alone. */
  async pause(tenantId: string, id: string, by: string, reason: string): Promise<ScheduleView> {
    refuseUnstorable('reason', reason)
    return this.#decide(tenantId, id, by, (row) => ({
      ...row,
      ...{ paused: true, pauseAt: row.now, pauseBy: by, pauseReason: reason },
    }))
  }

  /** Goes on with the first tick from now: those of the pause are not made up for. */
  async resume(tenantId: string, id: string, by: string): Promise<ScheduleView> {
    return this.#decide(tenantId, id, by, (row) => ({
      ...row,
      ...{ paused: false, pauseAt: row.now, pauseBy: by, pauseReason: null },
    }))
  }

  /**
   * Makes a job as a tick at this instant would, paused or not, whatever else of the schedule runs.
   * @returns the id of the job
   * @throws JOBS_SCHEDULE_NOT_FOUND, JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_SCHEDULE
   */
  async runNow(tenantId: string, id: string, by: string): Promise<string> {
    const { database, client } = this.on
    return database.transaction(async (tx) => {
      const row = await this.#lock(tx, tenantId, id)
      const wish = { name: row.jobName, payload: this.#payloadAt(id, row), tenantId, actor: by }
      const [job] = (await client.enqueueMany([wish], { tx })) as readonly [Enqueued]
      const tick = {
        ...this.#keyOf(tenantId, id),
        at: row.now,
        outcome: 'enqueued',
        jobId: job.id,
        by,
      } as const
      await recordTicks(tx, [tick])
      await pruneTicks(tx, [{ ...tick, keepsOpen: true }])
      return job.id
    })
  }

  /** The next `n` ticks, at most 1,000; of a paused schedule those it would have. Jitter is not foreseen. */
  async preview(tenantId: string, id: string, n: number): Promise<readonly Date[]> {
    const row = await this.#find(tenantId, id)
    const ticks: Date[] = []
    let after: Date | undefined = row.now
    while (ticks.length < Math.min(n, MOST_PREVIEWED) && (after = nextTick(beatOf(row), after)))
      ticks.push(after)
    return ticks
  }

  /** What became of the last ticks and their jobs, newest first; at least 50 are kept. */
  async history(tenantId: string, id: string, limit = 50): Promise<readonly TickView[]> {
    const ticks = await listPastTicks(this.on.database, { ...this.#keyOf(tenantId, id), limit })
    return ticks.map(toTickView)
  }

  /**
   * Makes a schedule of a definition that its code does not declare.
   * @throws JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_PAYLOAD, JOBS_PAYLOAD_TOO_LARGE, JOBS_INVALID_SCHEDULE,
   *   JOBS_SCHEDULE_EXISTS, JOBS_UNKNOWN_OPTION, TIME_INVALID_CRON
   */
  async create(tenantId: string, wish: NewSchedule, by: string): Promise<ScheduleView> {
    refuseUnknown('of a new schedule', wish, NEW_SCHEDULE)
    const { database, registry, client, clock } = this.on
    const { name: jobName } = registry.get(wish.jobName)
    const key = { jobName, scheduleName: wish.name, tenantId }
    const id = `${jobName}/${wish.name}`
    this.#refuseEngines(jobName, `The definition ${jobName}`)
    refuseFlawed(id, wish)
    client.prepare({ name: jobName, payload: wish.payload, tenantId, actor: by })
    await database.transaction(async (tx) => {
      const now = await readNow(tx, clock.statementTime())
      const change = { ...NO_CHANGE, ...changeSettings(NO_CHANGE, wish, { at: now, by }) }
      const { changedCron, changedZone } = change
      const blank = blankSchedule({ ...key, cron: changedCron ?? '', timeZone: changedZone ?? 'UTC' }, now)
      const entered = await enterSchedules(tx, [{ ...blank, ...arrange(blank, now) }], now)
      if (entered === 0 || findDeclared(registry, key)) throw new ScheduleExistsError(id)
      await saveChange(tx, key, change, toJsonText(wish.payload))
    })
    return this.get(tenantId, id)
  }

  /**
   * Removes a schedule that people made; jobs it has made are left alone.
   * @throws JOBS_SCHEDULE_NOT_FOUND, JOBS_INVALID_SCHEDULE when the code declares it.
   */
  async delete(tenantId: string, id: string): Promise<void> {
    await this.on.database.transaction(async (tx) => {
      const row = await this.#lock(tx, tenantId, id)
      if (!this.#isMadeByPeople(row))
        throw new InvalidScheduleError(id, 'is declared by the code and would come back: pause it instead')
      await forgetSchedule(tx, row)
    })
  }

  /** Writes down what `decide` makes of a schedule, with the times that follow from it. */
  async #decide(
    tenantId: string,
    id: string,
    by: string,
    decide: (row: TimedSchedule) => TimedSchedule,
  ): Promise<ScheduleView> {
    refuseUnstorable('by', by)
    const { database, registry } = this.on
    return database.transaction(async (tx) => {
      const row = await this.#lock(tx, tenantId, id)
      const decided = decide(row)
      const arranged = { ...decided, ...arrange(decided, row.now) }
      await saveChange(tx, row, decided)
      await rearrangeSchedules(tx, [{ ...arranged, expectedAt: row.nextAt }], row.declaredAt)
      return toView(registry, arranged)
    })
  }

  async #find(tenantId: string, id: string): Promise<TimedSchedule> {
    const { database, clock } = this.on
    const row = await findSchedule(database, this.#keyOf(tenantId, id), clock.statementTime())
    if (!row) throw new ScheduleNotFoundError(id)
    return row
  }

  async #lock(tx: Transaction, tenantId: string, id: string): Promise<TimedSchedule> {
    const row = await lockSchedule(tx, this.#keyOf(tenantId, id), this.on.clock.statementTime())
    if (!row) throw new ScheduleNotFoundError(id)
    this.#refuseEngines(row.jobName, `The schedule ${id}`)
    return row
  }

  #refuseEngines(jobName: string, what: string): void {
    if (isEngineName(jobName) && !this.ofOwner) throw new EngineOwnedError(what)
  }

  #payloadAt(id: string, row: TimedSchedule): unknown {
    this.on.registry.get(row.jobName) // or say that nobody here knows the definition
    const declared = findDeclared(this.on.registry, row)
    if (declared) return declared.payload(row.now)
    if (row.hasPayload) return row.payload
    throw new InvalidScheduleError(
      id,
      'is declared by another version of the program, which alone can run it',
    )
  }

  #isMadeByPeople(row: TimedSchedule): boolean {
    return row.hasPayload && !findDeclared(this.on.registry, row)
  }

  #keyOf(tenantId: string, id: string): ScheduleKey {
    const [name = '', ...rest] = id.split('/')
    const jobName = this.on.registry.find(name)?.name ?? name
    return { jobName, scheduleName: rest.join('/'), tenantId }
  }
}
