import type { Duration } from '../../time/index.js'
import type { Registry } from '../registry.js'
import {
  SCHEDULE_DEFAULTS,
  type Missed,
  type Overlap,
  type Schedule,
  type ScheduleOptions,
} from './schedule.js'
import type { ScheduleChange, ScheduleKey, StoredSchedule } from '../store/schedule.js'
import { nextTick, type Beat } from './ticks.js'
import type { SchedulePolicy } from '../policy/schedule-policy.js'

/** The schedule as the code declares it; `undefined` when that is another version's, or nobody's. */
export function findDeclared(
  registry: Registry<never>,
  { jobName, scheduleName }: Pick<ScheduleKey, 'jobName' | 'scheduleName'>,
): Schedule<unknown> | undefined {
  return registry.find(jobName)?.schedules.find(({ name }) => name === scheduleName)
}

/** What is set of a schedule, else what its code declares; `undefined` when that is another version's, or nobody's. */
export function policyOf(
  registry: Registry<never>,
  { jobName, scheduleName, tenantId }: ScheduleKey,
): SchedulePolicy | undefined {
  const job = registry.find(jobName)
  const declared = findDeclared(registry, { jobName, scheduleName })
  return job && declared && registry.policies.scheduleOf(job, declared, tenantId)
}

/** When a schedule ticks: as people decided, else as is set, else as the code declares. */
export function beatOf(row: StoredSchedule): Beat {
  const { cron, timeZone, changedCron, changedZone, anchorAt } = row
  return { cron: changedCron ?? cron, timeZone: changedZone ?? timeZone, anchorAt }
}

/** How a schedule treats its ticks: as people decided, else as the code declares. */
export function optionsOf(
  change: Pick<ScheduleChange, 'overlap' | 'missed' | 'jitter'>,
  declared: ScheduleOptions = {},
): { overlap: Overlap; missed: Missed; jitter: Duration } {
  return {
    overlap: change.overlap ?? declared.overlap ?? SCHEDULE_DEFAULTS.overlap,
    missed: toMissed(change.missed) ?? declared.missed ?? SCHEDULE_DEFAULTS.missed,
    jitter: (change.jitter as Duration | null) ?? declared.jitter ?? SCHEDULE_DEFAULTS.jitter,
  }
}

export function toMissed(text: string | null): Missed | undefined {
  if (text === null || text === 'latest' || text === 'skip') return text ?? undefined
  return { all: Number(text.slice('all '.length)) }
}

export function toMissedText(missed: Missed | undefined): string | null {
  return typeof missed === 'object' ? `all ${missed.all}` : (missed ?? null)
}

/**
 * The times that a schedule is to have now. One whose timing stays the same keeps its next time, due or not, and the start
 * of its intervals; one that was paused goes on with the first tick from now.
 * @param enabled whether it is set to tick; people pause it besides
 */
export function arrange(
  row: StoredSchedule,
  now: Date,
  enabled: boolean,
): Pick<StoredSchedule, 'timing' | 'nextAt' | 'anchorAt'> {
  const beat = beatOf(row)
  const timing = `${beat.cron} ${beat.timeZone}`
  const isSame = timing === row.timing
  const anchorAt = isSame ? row.anchorAt : now
  if (row.paused || !enabled) return { timing, anchorAt, nextAt: null }
  if (isSame && row.nextAt) return { timing, anchorAt, nextAt: row.nextAt }
  const after = row.lastAt && row.lastAt > now ? row.lastAt : now // no tick twice, though the clock was put back
  return { timing, anchorAt, nextAt: nextTick({ ...beat, anchorAt }, after) ?? null }
}
