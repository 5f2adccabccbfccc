import { toMs, type Duration } from '../../time/index.js'
import { exponential, type Backoff } from '../attempt/backoff.js'
import type { RetryPolicy } from '../attempt/retry.js'
import type { AnyJob } from '../define-job.js'
import type { Schedule } from '../schedule/schedule.js'
import { DEFAULTS_ONLY, type Settings, type SettingsInForce } from '../settings.js'
import { settingsOfJob, type JobSettings } from './job-settings.js'
import { schedulePolicy, type SchedulePolicy } from './schedule-policy.js'
import { setKeyOf, totalLimitOf } from './total-limit.js'

/** Tenants whose policies are remembered; past this many they are forgotten and made anew. */
const MOST_TENANTS = 10_000

/** How jobs are treated at present: as is set, else as their definitions say. Asking costs two look-ups, and no query. */
export class Policies {
  readonly #settings = new Map<AnyJob, JobSettings>()
  readonly #retries = new Map<string, Map<AnyJob, RetryPolicy>>()

  constructor(
    jobs: readonly AnyJob[],
    private readonly source: Settings = DEFAULTS_ONLY,
  ) {
    for (const job of jobs) this.#settings.set(job, settingsOfJob(job))
  }

  /** Something else is set than before. */
  refresh(): void {
    this.#retries.clear()
  }

  retryOf(job: AnyJob, tenantId: string): RetryPolicy {
    const known = this.#retries.get(tenantId)?.get(job)
    if (known) return known
    const made = retryPolicy(job, this.#settingsOf(job), this.source.inForce(tenantId))
    this.#remember(tenantId, job, made)
    return made
  }

  /** Most jobs of a definition that run at once, of all tenants together; `null`: any number. */
  concurrencyOf(job: AnyJob): number | null {
    return this.source.inForce(null).get(this.#settingsOf(job).concurrency)
  }

  /** The key of the limit that is set of a definition which declares none itself; `null`: none is set, or it declares one. */
  setKeyOf(job: AnyJob): string | null {
    return totalLimitOf(job) || this.concurrencyOf(job) === null ? null : setKeyOf(job)
  }

  scheduleOf(job: AnyJob, { name, perTenant = true }: Schedule<unknown>, tenantId: string): SchedulePolicy {
    const values = this.#settingsOf(job).schedules.get(name)
    if (!values) throw new RangeError(`${job.name} declares no schedule ${name}`)
    return schedulePolicy(values, this.source.inForce(perTenant ? tenantId : null))
  }

  #settingsOf(job: AnyJob): JobSettings {
    const settings = this.#settings.get(job)
    if (!settings) throw new RangeError(`${job.name} is no definition of this engine`)
    return settings
  }

  #remember(tenantId: string, job: AnyJob, made: RetryPolicy): void {
    if (this.#retries.size >= MOST_TENANTS) this.#retries.clear()
    const ofTenant = this.#retries.get(tenantId) ?? new Map<AnyJob, RetryPolicy>()
    this.#retries.set(tenantId, ofTenant.set(job, made))
  }
}

function retryPolicy(job: AnyJob, settings: JobSettings, inForce: SettingsInForce): RetryPolicy {
  const maxAttempts = inForce.get(settings.maxAttempts)
  return {
    maxAttempts: maxAttempts === job.maxAttempts ? null : maxAttempts,
    timeout: inForce.get(settings.timeout),
    backoff: backoffOf(job.backoff, settings.backoff, inForce),
  }
}

function backoffOf(declared: Backoff, settings: JobSettings['backoff'], inForce: SettingsInForce): Backoff {
  if (!settings || !declared.options) return declared
  const [base, cap] = [inForce.get(settings.base), inForce.get(settings.cap)]
  const isAsDeclared = base === declared.options.base && cap === declared.options.cap
  return isAsDeclared ? declared : exponential({ ...declared.options, base: shorter(base, cap), cap })
}

/** Base and cap are set one by one, so that a base may be set that is longer than any wait may be. */
function shorter(base: Duration, cap: Duration): Duration {
  return toMs(base) < toMs(cap) ? base : cap
}
