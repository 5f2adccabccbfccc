import type { Database } from '../../database/index.js'
import { isTimeZone, type Clock } from '../../time/index.js'
import { compareSchedules, declareSchedules, type TenantZone } from './declared-schedules.js'
import { UnknownZoneError } from '../errors.js'
import type { Service } from '../duty/periodic.js'
import type { Registry } from '../registry.js'
import { renameSchedule } from '../store/schedule-change.js'
import {
  enterSchedules,
  markDeclared,
  readNow,
  rearrangeSchedules,
  removeSchedules,
} from '../store/schedule-declare.js'
import { listAllSchedules, type StoredSchedule } from '../store/schedule.js'

/** What nobody has declared for this long is removed. */
const REMOVE_AFTER_MS = 10 * 60_000

/**
 * Enters the schedules of all definitions for all tenants, as is set, and those that people made, and removes those that no process
 * has declared for ten minutes: another version of the program may run beside this one.
 */
export class ScheduleSync implements Service {
  readonly name = 'sync schedules'
  readonly every = '1m'
  #firstRunAt: Date | undefined

  constructor(
    private readonly database: Database,
    private readonly registry: Registry<never>,
    private readonly tenants: () => Promise<readonly TenantZone[]>,
    private readonly clock: Clock,
    private readonly onError: (error: unknown, where: string) => void,
  ) {}

  async runOnce(): Promise<{ declared: number; entered: number; rearranged: number; removed: number }> {
    const { database, clock } = this
    const tenants = await this.#usableTenants()
    const now = await readNow(database, clock.statementTime())
    const known = await this.#listRenamed()
    const declared = declareSchedules(this.registry, tenants, known)
    const { enter, rearrange, mark, gone } = compareSchedules(declared, known, now)
    const entered = enter.length && (await enterSchedules(database, enter, now))
    if (rearrange.length) await rearrangeSchedules(database, rearrange, now)
    if (mark.length) await markDeclared(database, mark, now)
    const removed = await this.#remove(gone, now)
    return { declared: declared.size, entered, rearranged: rearrange.length, removed }
  }

  /** All there are, once those of definitions that have a new name have it too. */
  async #listRenamed(): Promise<readonly StoredSchedule[]> {
    const known = await listAllSchedules(this.database)
    const former = known.filter(({ jobName }) => (this.registry.find(jobName)?.name ?? jobName) !== jobName)
    for (const row of former) await renameSchedule(this.database, row, this.registry.get(row.jobName).name)
    return former.length > 0 ? listAllSchedules(this.database) : known
  }

  /** Only of definitions known here, and not in this process's first minutes: others may have started with it. */
  async #remove(gone: readonly StoredSchedule[], now: Date): Promise<number> {
    this.#firstRunAt ??= now
    const before = new Date(now.getTime() - REMOVE_AFTER_MS)
    const ours = gone.filter((row) => row.declaredAt < before && this.registry.find(row.jobName))
    if (ours.length === 0 || this.#firstRunAt > before) return 0
    return removeSchedules(this.database, ours, before)
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
