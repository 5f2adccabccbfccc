import { EVERYBODY, type SchedulerControl, type TickingProcesses } from '../store/scheduler.js'

/** Whether schedules run. */
export interface Standing {
  /** Nobody has stopped it, and a live process makes ticks. */
  readonly isRunning: boolean
  /** Who stopped it, and when; `null`: nobody has, or it was started again. */
  readonly stopped: { readonly at: Date; readonly by: string; readonly ofAll: boolean } | null
  /** Since when it runs, and who started it: `null` by nobody, as it was never stopped; both `null` while it does not. */
  readonly startedAt: Date | null
  readonly startedBy: string | null
  /** Live processes that make ticks: with none nothing runs, whatever was decided. */
  readonly processes: number
}

/** @param controls what was decided for all comes first */
export function standingOf(controls: readonly SchedulerControl[], ticking: TickingProcesses): Standing {
  const { count: processes, since } = ticking
  const stop = controls.find(({ isStopped }) => isStopped)
  if (stop || !since) {
    const stopped = stop ? { at: stop.at, by: stop.by, ofAll: stop.tenantId === EVERYBODY } : null
    return { isRunning: false, stopped, startedAt: null, startedBy: null, processes }
  }
  const [latest] = [...controls].sort((a, b) => b.at.getTime() - a.at.getTime())
  const isByPeople = latest !== undefined && latest.at > since
  return {
    ...{ isRunning: true, stopped: null, processes },
    startedAt: isByPeople ? latest.at : since,
    startedBy: latest?.by ?? null,
  }
}
