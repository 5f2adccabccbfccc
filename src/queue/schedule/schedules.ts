import type { Transaction } from '../../database/index.js'
import { arrange, findDeclared, policyOf } from './arrange-schedule.js'
import { refuseUnstorable } from '../check-options.js'
import type { Client } from '../enqueue/client.js'
import {
  EngineOwnedError,
  InvalidScheduleError,
  ScheduleExistsError,
  ScheduleNotFoundError,
} from '../errors.js'
import { toJsonText } from '../json-text.js'
import { refuseUnknown } from '../refuse-unknown.js'
import { ScheduleSearch, type ScheduleSources } from './schedule-search.js'
import { changeSettings, mergeSettings, refuseFlawed } from './schedule-settings.js'
import { toView, type ScheduleView } from './schedule-view.js'
import { SCHEDULE_SETTINGS, type ScheduleSettings } from './schedule.js'
import { forgetSchedule, saveChange } from '../store/schedule-change.js'
import { enterSchedules, readNow, rearrangeSchedules } from '../store/schedule-declare.js'
import { pruneTicks, recordTicks } from '../store/schedule-tick.js'
import { blankSchedule, lockSchedule, NO_CHANGE, type TimedSchedule } from '../store/schedule.js'
import { isEngineName } from '../system-names.js'
import type { Enqueued } from '../enqueue/write-jobs.js'

/** A schedule that no code declares: the jobs of each tick get the same payload. */
export interface NewSchedule extends ScheduleSettings {
  /** A definition's name or alias. */
  readonly jobName: string
  /** Not one that the definition's own schedules have. */
  readonly name: string
  readonly payload: unknown
}

const NEW_SCHEDULE: Readonly<Record<keyof NewSchedule, true>> = {
  jobName: true,
  name: true,
  payload: true,
  ...SCHEDULE_SETTINGS,
}

/**
 * What people may look at and do to schedules, each within one tenant; those of which there is one for all tenants are of
 * the tenant `default`. `id` is `definition/schedule`; `by` says who does it, as `user:…` or `api-key:…`. Those of the
 * engine's own definitions only an owner changes: {@link asOwner}, else JOBS_ENGINE_OWNED.
 */
export class Schedules extends ScheduleSearch {
  constructor(
    private readonly on: ScheduleSources & { client: Client },
    private readonly ofOwner = false,
  ) {
    super(on)
  }

  /** The same, for an owner of the instance. */
  get asOwner(): Schedules {
    return new Schedules(this.on, true)
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
        ...this.keyOf(tenantId, id),
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
      const entered = await enterSchedules(tx, [{ ...blank, ...arrange(blank, now, true) }], now)
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
      const { enabled = true } = policyOf(registry, row) ?? {}
      const arranged = { ...decided, ...arrange(decided, row.now, enabled) }
      await saveChange(tx, row, decided)
      await rearrangeSchedules(tx, [{ ...arranged, expectedAt: row.nextAt }], row.declaredAt)
      return toView(registry, arranged)
    })
  }

  async #lock(tx: Transaction, tenantId: string, id: string): Promise<TimedSchedule> {
    const row = await lockSchedule(tx, this.keyOf(tenantId, id), this.on.clock.statementTime())
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
}
