import type { Fault } from '../attempt/classify.js'
import { isFinal, type JobState } from '../state.js'
import type { PastTick, TickRun } from '../store/past-tick.js'
import type { Tick } from '../store/schedule-tick.js'

/** What became of the jobs of a tick, each counted once. */
export type TickCounts = Readonly<Record<'done' | 'failed' | 'cancelled' | 'open', number>>

/** A tick, and what its job made of it. */
export interface TickView extends Tick {
  /** For the next page. */
  readonly seq: string
  /** `definition/schedule`. */
  readonly scheduleId: string
  /** `null`: it made no job, or that has been forgotten. */
  readonly state: JobState | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  /** From the start of its first attempt until its end; `null` while it has not both. */
  readonly durationMs: number | null
  readonly counts: TickCounts
  readonly result: unknown
  readonly error: Fault | null
}

export function toTickView({ jobName, scheduleName, tenantId: _, run, ...tick }: PastTick): TickView {
  const { state = null, startedAt = null, endedAt = null, result = null, error = null } = run ?? {}
  return {
    ...tick,
    scheduleId: `${jobName}/${scheduleName}`,
    ...{ state, startedAt, endedAt, durationMs: durationOf({ startedAt, endedAt }) },
    counts: countsOf(state),
    ...{ result, error },
  }
}

function durationOf({ startedAt, endedAt }: Pick<TickRun, 'startedAt' | 'endedAt'>): number | null {
  return startedAt && endedAt ? endedAt.getTime() - startedAt.getTime() : null
}

function countsOf(state: JobState | null): TickCounts {
  return {
    done: state === 'done' ? 1 : 0,
    failed: state === 'dead' ? 1 : 0,
    cancelled: state === 'cancelled' ? 1 : 0,
    open: state !== null && !isFinal(state) ? 1 : 0,
  }
}
