import { isEngineName } from '../system-names.js'
import { flawOf, type Schedule, type ScheduleSettings } from '../schedule/schedule.js'
import { intervalOf, toCronText } from '../schedule/ticks.js'
import type { SettingsInForce } from '../settings.js'
import type { EngineSetting } from './engine-setting.js'

/** All that can be set of a schedule that code declares. */
export interface ScheduleValues {
  /** Five fields, or `every 15m`. */
  readonly cron: EngineSetting<string>
  /** An IANA name, or `tenant`. */
  readonly timeZone: EngineSetting<string>
  readonly enabled: EngineSetting<boolean>
}

/** When a schedule ticks before people change it: as set, else as the code declares. */
export interface SchedulePolicy {
  readonly cron: string
  readonly timeZone: string
  readonly enabled: boolean
  /** What of it was set. */
  readonly set: { readonly timing: boolean; readonly timeZone: boolean; readonly enabled: boolean }
}

export function settingsOfSchedule(jobName: string, schedule: Schedule<unknown>): ScheduleValues {
  const { name, perTenant = true } = schedule
  const prefix = `jobs.${jobName}.schedules.${name.toLowerCase()}`
  const which = `the schedule ${name} of ${jobName}`
  const scope = perTenant && !isEngineName(jobName) ? 'tenant' : 'instance'
  const common = { unit: null, scope } as const
  return {
    cron: {
      ...{ name: `${prefix}.cron`, default: toCronText(schedule), ...common },
      takes: { kind: 'text', what: 'five fields of a cron, or "every" and 5s to 366d', isTaken: isCron },
      description: `When ${which} ticks, such as "0 2 * * *" or "every 15m".`,
    },
    timeZone: {
      ...{ name: `${prefix}.time_zone`, default: schedule.timeZone ?? 'UTC', ...common },
      takes: {
        kind: 'text',
        what: perTenant ? 'an IANA time zone, or tenant' : 'an IANA time zone',
        isTaken: (text) => isZone(text, perTenant),
      },
      description: `On whose clocks ${which} ticks${perTenant ? '; "tenant": on the own ones of each' : ''}.`,
    },
    enabled: {
      ...{ name: `${prefix}.enabled`, default: true, ...common },
      takes: { kind: 'switch' },
      description: `Whether ${which} ticks.`,
    },
  }
}

export function schedulePolicy(
  { cron, timeZone, enabled }: ScheduleValues,
  inForce: SettingsInForce,
): SchedulePolicy {
  const now = { cron: inForce.get(cron), timeZone: inForce.get(timeZone), enabled: inForce.get(enabled) }
  return {
    ...now,
    set: {
      timing: now.cron !== cron.default,
      timeZone: now.timeZone !== timeZone.default,
      enabled: now.enabled !== enabled.default,
    },
  }
}

function isCron(text: string): boolean {
  const every = intervalOf(text)
  try {
    return isFlawless(every ? { every } : { cron: text, timeZone: 'UTC' })
  } catch {
    return false // the message would be the cron's, and what is taken is said where it is refused
  }
}

function isFlawless(timing: Pick<ScheduleSettings, 'cron' | 'timeZone' | 'every'>): boolean {
  return flawOf({ name: 'it', ...timing }) === undefined
}

function isZone(text: string, perTenant: boolean): boolean {
  return text === 'tenant' ? perTenant : isFlawless({ cron: '0 0 * * *', timeZone: text })
}
