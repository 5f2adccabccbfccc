import type { Duration } from '../../time/index.js'
import { beatOf, findDeclared, optionsOf, policyOf, toMissed } from './arrange-schedule.js'
import type { Registry } from '../registry.js'
import type { Missed, Overlap, ScheduleSettings } from './schedule.js'
import type { StoredSchedule } from '../store/schedule.js'
import { intervalOf } from './ticks.js'

/** `'code'` is also what another version of the program declares. */
export type Origin = 'people' | 'setting' | 'code'

/** A schedule as it stands: what holds for it now, and what people changed. */
export interface ScheduleView {
  /** `definition/schedule`. */
  readonly id: string
  readonly jobName: string
  readonly name: string
  readonly tenantId: string
  /** Five fields, with their zone; `null` when it runs every so often. */
  readonly cron: string | null
  readonly timeZone: string | null
  readonly every: Duration | null
  readonly overlap: Overlap
  readonly missed: Missed
  readonly jitter: Duration
  /** `null`: paused, or not enabled. */
  readonly nextAt: Date | null
  /** The last tick that was seen, whatever became of it. */
  readonly lastAt: Date | null
  /** A tick whose job will be made once the one before has ended. */
  readonly waitingTick: Date | null
  /** Whether it is set to tick. */
  readonly enabled: boolean
  /** Where what holds comes from, the strongest first: what people changed of this very schedule, what is set, the code. */
  readonly from: {
    /** Of `cron` or `every`. */
    readonly timing: Origin
    readonly timeZone: Origin
    readonly enabled: Exclude<Origin, 'people'>
  }
  /** `elsewhere`: by another version of the program, so that its options are not known here. */
  readonly declared: 'by code' | 'by people' | 'elsewhere'
  /** What people changed of what the code declares; `null`: nothing. */
  readonly changed: { readonly at: Date; readonly by: string; readonly settings: ScheduleSettings } | null
  readonly paused: boolean
  /** When, by whom and why it was last paused or resumed; `null`: never. */
  readonly lastPause: { readonly at: Date; readonly by: string; readonly reason: string | null } | null
}

export function toView(registry: Registry<never>, row: StoredSchedule): ScheduleView {
  const declared = findDeclared(registry, row)
  const policy = policyOf(registry, row)
  const { jobName, scheduleName, tenantId, nextAt, lastAt, waitingTick, paused } = row
  return {
    ...{ id: `${jobName}/${scheduleName}`, jobName, name: scheduleName, tenantId },
    ...timingOf(beatOf(row)),
    ...optionsOf(row, declared),
    ...{ nextAt, lastAt, waitingTick },
    enabled: policy?.enabled ?? true,
    from: {
      timing: originOf(row.changedCron, policy?.set.timing),
      timeZone: originOf(row.changedZone, policy?.set.timeZone),
      enabled: policy?.set.enabled ? 'setting' : 'code',
    },
    declared: declared ? 'by code' : undeclaredKind(row),
    changed: row.changedAt && { at: row.changedAt, by: row.changedBy ?? '', settings: settingsOf(row) },
    paused,
    lastPause: row.pauseAt && { at: row.pauseAt, by: row.pauseBy ?? '', reason: row.pauseReason },
  }
}

function originOf(changed: string | null, isSet = false): Origin {
  if (changed !== null) return 'people'
  return isSet ? 'setting' : 'code'
}

function undeclaredKind({ hasPayload }: StoredSchedule): 'by people' | 'elsewhere' {
  return hasPayload ? 'by people' : 'elsewhere'
}

function timingOf({ cron, timeZone }: { cron: string; timeZone: string }) {
  const every = intervalOf(cron) ?? null
  return every === null ? { cron, timeZone, every } : { cron: null, timeZone: null, every }
}

function settingsOf(row: StoredSchedule): ScheduleSettings {
  const { changedCron: cron, changedZone: timeZone, overlap, missed, jitter } = row
  const every = cron === null ? undefined : intervalOf(cron)
  const timing = every
    ? { every }
    : { ...(cron !== null && { cron }), ...(timeZone !== null && { timeZone }) }
  return {
    ...timing,
    ...(overlap && { overlap }),
    ...(missed !== null && { missed: toMissed(missed) ?? 'latest' }),
    ...(jitter !== null && { jitter: jitter as Duration }),
  }
}
