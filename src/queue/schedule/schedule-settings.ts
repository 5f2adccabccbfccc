import { toMissedText } from './arrange-schedule.js'
import { InvalidScheduleError } from '../errors.js'
import type { ScheduleView } from './schedule-view.js'
import { flawOf, type ScheduleSettings } from './schedule.js'
import type { ScheduleChange } from '../store/schedule.js'
import { toCronText } from './ticks.js'

/** What of a stored change is settings. */
export type StoredSettings = Pick<
  ScheduleChange,
  'changedCron' | 'changedZone' | 'overlap' | 'missed' | 'jitter' | 'changedAt' | 'changedBy'
>

/** A zone that people choose is one of the map, never the tenant's own. @throws JOBS_INVALID_SCHEDULE, TIME_INVALID_CRON */
export function refuseFlawed(id: string, schedule: ScheduleSettings & { name: string }): void {
  const flaw = schedule.timeZone === 'tenant' ? 'needs an IANA time zone, not "tenant"' : flawOf(schedule)
  if (flaw) throw new InvalidScheduleError(id, flaw)
}

/** What would hold of a schedule once `change` is made: a cron ends an interval, and the other way round. */
export function mergeSettings(view: ScheduleView, change: ScheduleSettings): ScheduleSettings {
  const former = {
    ...(view.cron !== null && { cron: view.cron }),
    ...(view.every !== null && { every: view.every }),
  }
  const timing = change.cron === undefined && change.every === undefined ? former : {}
  const zone = change.every === undefined && view.timeZone !== null ? { timeZone: view.timeZone } : {}
  const { overlap, missed, jitter } = view
  return { overlap, missed, jitter, ...timing, ...zone, ...change }
}

/** What is stored once `change` is made to what was stored before. */
export function changeSettings(
  stored: StoredSettings,
  change: ScheduleSettings,
  { at, by }: { at: Date; by: string },
): StoredSettings {
  const { cron, every, timeZone, overlap, missed, jitter } = change
  return {
    changedCron: (cron ?? every) === undefined ? stored.changedCron : toCronText(change),
    changedZone: every === undefined ? (timeZone ?? stored.changedZone) : 'UTC',
    overlap: overlap ?? stored.overlap,
    missed: toMissedText(missed) ?? stored.missed,
    jitter: jitter ?? stored.jitter,
    changedAt: at,
    changedBy: by,
  }
}
