import type { Duration } from '../../time/index.js'
import type { ExponentialOptions } from '../attempt/backoff.js'
import { retryOf } from '../attempt/retry.js'
import type { Registry } from '../registry.js'
import type { StoredJob } from '../store/find.js'

/** A job as it stands, open or finished. */
export interface JobView extends StoredJob {
  /** How often it may run in total, as things are now: by its request, else as is set, else as its definition said. */
  readonly maxAttempts: number
  /** How long an attempt that began now might run, and how long it would wait for the next; `null`: nobody here knows its definition. */
  readonly policy: {
    readonly timeout: Duration
    /** `null`: by a function of its definition's own. */
    readonly backoff: Required<ExponentialOptions> | null
  } | null
}

export function toJobView(registry: Registry<never>, job: StoredJob): JobView {
  const definition = registry.find(job.name)
  if (!definition) return { ...job, policy: null }
  const { maxAttempts, timeout, backoff } = retryOf(registry.policies.retryOf(definition, job.tenantId), job)
  return { ...job, maxAttempts, policy: { timeout, backoff: backoff.options ?? null } }
}
