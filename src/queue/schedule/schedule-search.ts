import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { beatOf } from './arrange-schedule.js'
import { ScheduleAmbiguousError, ScheduleNotFoundError } from '../errors.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import { toView, type ScheduleView } from './schedule-view.js'
import { listPastTicks } from '../store/past-tick.js'
import { findSchedule, listSchedules, type ScheduleKey, type TimedSchedule } from '../store/schedule.js'
import { toTickView, type TickView } from './tick-view.js'
import { nextTick } from './ticks.js'

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

/** Ticks that are foreseen at once. */
export const MOST_PREVIEWED = 1_000

export interface ScheduleSources {
  readonly database: Database
  readonly registry: Registry<never>
  readonly clock: Clock
}

/** What people may look at of schedules, each within one tenant. */
export class ScheduleSearch {
  constructor(private readonly sources: ScheduleSources) {}

  /** By name. Those of definitions that are not known here are among them. */
  async list(tenantId: string, filter: ScheduleFilter = {}): Promise<readonly ScheduleView[]> {
    refuseUnknown('of a list of schedules', filter, FILTER)
    const { database, registry } = this.sources
    const { jobName, after, ...others } = filter
    const rows = await listSchedules(database, {
      ...{ tenantId, ...others },
      jobName: jobName && (registry.find(jobName)?.name ?? jobName),
      after: after === undefined ? undefined : this.keyOf(tenantId, after),
    })
    return rows.map((row) => toView(registry, row))
  }

  /**
   * The schedule that goes by an id, by its name alone, or by that of the definition whose only one it is.
   * @throws JOBS_SCHEDULE_NOT_FOUND, JOBS_SCHEDULE_AMBIGUOUS
   */
  async find(tenantId: string, idOrName: string): Promise<ScheduleView> {
    const { database, registry, clock } = this.sources
    const row = await findSchedule(database, this.keyOf(tenantId, idOrName), clock.statementTime())
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
    return toView(this.sources.registry, await this.row(tenantId, id))
  }

  /** The next `n` ticks, at most {@link MOST_PREVIEWED}; of a paused schedule those it would have. Jitter is not foreseen. */
  async preview(tenantId: string, id: string, n: number): Promise<readonly Date[]> {
    const row = await this.row(tenantId, id)
    const ticks: Date[] = []
    let after: Date | undefined = row.now
    while (ticks.length < Math.min(n, MOST_PREVIEWED) && (after = nextTick(beatOf(row), after)))
      ticks.push(after)
    return ticks
  }

  /**
   * What became of the last ticks and their jobs, newest first; at least 50 are kept.
   * @param page begins after the tick of that `seq`. Default limit: 50
   */
  async history(
    tenantId: string,
    id: string,
    { limit = 50, after }: { limit?: number; after?: string | undefined } = {},
  ): Promise<readonly TickView[]> {
    const ticks = await listPastTicks(this.sources.database, { ...this.keyOf(tenantId, id), limit, after })
    return ticks.map(toTickView)
  }

  protected async row(tenantId: string, id: string): Promise<TimedSchedule> {
    const { database, clock } = this.sources
    const row = await findSchedule(database, this.keyOf(tenantId, id), clock.statementTime())
    if (!row) throw new ScheduleNotFoundError(id)
    return row
  }

  protected keyOf(tenantId: string, id: string): ScheduleKey {
    const [name = '', ...rest] = id.split('/')
    const jobName = this.sources.registry.find(name)?.name ?? name
    return { jobName, scheduleName: rest.join('/'), tenantId }
  }
}
