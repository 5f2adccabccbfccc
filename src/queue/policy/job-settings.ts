import type { Duration } from '../../time/index.js'
import type { AnyJob } from '../define-job.js'
import { isEngineName } from '../system-names.js'
import { FROM_ONE, FROM_ONE_OR_NONE, lengthUpTo, type EngineSetting } from './engine-setting.js'
import { settingsOfSchedule, type ScheduleValues } from './schedule-policy.js'
import { totalLimitOf } from './total-limit.js'

/** All that can be set of a definition without a deployment. */
export interface JobSettings {
  readonly maxAttempts: EngineSetting<number>
  readonly timeout: EngineSetting<Duration>
  /** Not of a definition whose backoff is a function of its own. */
  readonly backoff: { readonly base: EngineSetting<Duration>; readonly cap: EngineSetting<Duration> } | null
  /** `null`: any number. */
  readonly concurrency: EngineSetting<number | null>
  readonly schedules: ReadonlyMap<string, ScheduleValues>
}

const LONGEST_TIMEOUT = '7d'
const LONGEST_BACKOFF = '30d'

export function settingsOfJob(job: AnyJob): JobSettings {
  const { name, maxAttempts, timeout, backoff, schedules } = job
  // What the engine does for everybody nobody tunes for himself.
  const scope = isEngineName(name) ? 'instance' : 'tenant'
  const length = { unit: null, scope } as const
  return {
    maxAttempts: {
      ...{
        name: `jobs.${name}.max_attempts`,
        default: maxAttempts,
        takes: FROM_ONE,
        unit: 'attempts',
        scope,
      },
      description: `How often a job of ${name} runs in total, the first time included.`,
    },
    timeout: {
      ...{ name: `jobs.${name}.timeout`, default: timeout, ...length },
      takes: lengthUpTo(LONGEST_TIMEOUT, timeout),
      description: `Longest that one attempt of ${name} may run.`,
    },
    backoff: backoff.options
      ? {
          base: {
            ...{ name: `jobs.${name}.backoff_base`, default: backoff.options.base, ...length },
            takes: lengthUpTo(LONGEST_BACKOFF, backoff.options.base),
            description: `Longest wait after the first failure of a job of ${name}; doubles with each further one.`,
          },
          cap: {
            ...{ name: `jobs.${name}.backoff_cap`, default: backoff.options.cap, ...length },
            takes: lengthUpTo(LONGEST_BACKOFF, backoff.options.cap),
            description: `No wait between attempts of a job of ${name} is longer.`,
          },
        }
      : null,
    concurrency: {
      name: `jobs.${name}.concurrency`,
      default: totalLimitOf(job)?.concurrency ?? null,
      takes: totalLimitOf(job) ? FROM_ONE : FROM_ONE_OR_NONE,
      unit: 'jobs',
      scope: 'instance',
      description: `Most jobs of ${name} that run at once, on all workers and of all tenants together.`,
    },
    schedules: new Map(schedules.map((schedule) => [schedule.name, settingsOfSchedule(name, schedule)])),
  }
}
