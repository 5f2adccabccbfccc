import type { Duration } from '../../time/index.js'
import type { Job } from '../define-job.js'
import type { RetryOptions } from '../attempt/retry.js'

/**
 * What happens when a job with the same unique key has not started yet.
 * `'keep'`: that one stays as it is. `'replace'`: it takes the newest payload, run time and priority.
 * `{ debounce, atMost }`: it takes the newest payload and runs `debounce` after the last request, at most `atMost` after the first.
 */
export type OnClash = 'keep' | 'replace' | { debounce: Duration; atMost: Duration }

/** `maxAttempts`, `backoff` and `timeout` are for this job alone, instead of its definition's. */
export interface RequestOptions extends RetryOptions {
  tenantId: string
  /** A UUID of the caller's own: asked for again under the same id, after an answer was lost, it is the same job. */
  id?: string
  /** Not before this long from now. Not together with `runAt`. */
  delay?: Duration
  /** Not before this instant. Default: at once. */
  runAt?: Date
  /** Lower runs first. Default 0; -100 to 100. */
  priority?: number
  /** Who or what caused it, as `kind:id`: `api-key:…`, `event:…`, `schedule:…`. */
  actor?: string
  /** Ties together everything that one cause set off. */
  correlationId?: string
  /** The business object it is about, `kind:id`. Default: what its definition says. */
  subject?: string
  /** Strings that the attempt gets besides its payload, such as a trace; what the engine's `carry` says is added. */
  context?: Readonly<Record<string, string>>
  /** Only for definitions with a unique key. Default `'keep'`. */
  onClash?: OnClash
}

/** A wish to run a job once. */
export interface JobRequest extends RequestOptions {
  /** A definition's name or alias. */
  readonly name: string
  readonly payload: unknown
}

/** A request whose payload is checked at compile time. */
export function request<Payload>(
  job: Job<Payload, never>,
  payload: Payload,
  options: RequestOptions,
): JobRequest {
  return { ...options, name: job.name, payload }
}
