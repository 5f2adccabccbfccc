import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { refuseUnstorable } from '../check-options.js'
import { LEASE_MS } from '../duty/lease.js'
import type { Registry } from '../registry.js'
import { listLastRuns, listPastTicks } from '../store/past-tick.js'
import { listSchedules } from '../store/schedule.js'
import {
  countTicking,
  EVERYBODY,
  listControls,
  setScheduler,
  type SchedulerControl,
} from '../store/scheduler.js'
import { standingOf, type Standing } from './scheduler-standing.js'
import { toView, type ScheduleView } from './schedule-view.js'
import { toTickView, type TickView } from './tick-view.js'

/** Whose scheduler: a tenant's, or that of all. */
export type SchedulerScope = { readonly tenantId: string } | 'all'

export interface SchedulerStatus extends Standing {
  /** Those that are not paused, by name. */
  readonly active: readonly ScheduleView[]
  /** The last tick of each schedule, paused or not, that made a job. */
  readonly lastRuns: readonly TickView[]
}

/**
 * Stops and starts the schedules of a tenant, or of all, together. While it is stopped no tick makes a job; once it is
 * started again each schedule does with the ticks in between as its `missed` says.
 */
export class Scheduler {
  constructor(private readonly on: { database: Database; registry: Registry<never>; clock: Clock }) {}

  /** Whether a tenant's schedules run, since when and by whom, and how each of them last went. */
  async status(tenantId: string): Promise<SchedulerStatus> {
    const { database, registry, clock } = this.on
    const controls = await listControls(database, tenantId)
    const ticking = await countTicking(database, { leaseMs: LEASE_MS, now: clock.statementTime() })
    const active = await listSchedules(database, { tenantId, paused: false })
    return {
      ...standingOf(controls, ticking),
      active: active.map((row) => toView(registry, row)),
      lastRuns: (await listLastRuns(database, tenantId)).map(toTickView),
    }
  }

  /** What was last decided for just that scope; `undefined`: it was never stopped. */
  async decided(scope: SchedulerScope): Promise<SchedulerControl | undefined> {
    const tenantId = tenantOf(scope)
    const controls = await listControls(this.on.database, tenantId)
    return controls.find((control) => control.tenantId === tenantId)
  }

  /** Who stopped it first stays. @returns how it stands now */
  stop(scope: SchedulerScope, by: string): Promise<Standing> {
    return this.#set(scope, by, true)
  }

  /** What is stopped for all stays so for every tenant. @returns how it stands now */
  start(scope: SchedulerScope, by: string): Promise<Standing> {
    return this.#set(scope, by, false)
  }

  /**
   * The last ticks of all schedules of a tenant, newest first; at least 50 of each are kept.
   * @param page begins after the tick of that `seq`. Default limit: 50
   */
  async history(
    tenantId: string,
    { limit = 50, after }: { limit?: number; after?: string | undefined } = {},
  ): Promise<readonly TickView[]> {
    return (await listPastTicks(this.on.database, { tenantId, limit, after })).map(toTickView)
  }

  async #set(scope: SchedulerScope, by: string, isStopped: boolean): Promise<Standing> {
    refuseUnstorable('by', by)
    const { database, clock } = this.on
    const tenantId = tenantOf(scope)
    const now = clock.statementTime()
    await setScheduler(database, { tenantId, isStopped, by, now })
    const controls = await listControls(database, tenantId)
    return standingOf(controls, await countTicking(database, { leaseMs: LEASE_MS, now }))
  }
}

function tenantOf(scope: SchedulerScope): string {
  return scope === 'all' ? EVERYBODY : scope.tenantId
}
