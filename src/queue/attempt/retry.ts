import { isDuration, toMs, type Duration } from '../../time/index.js'
import { exponential, type Backoff, type ExponentialOptions } from './backoff.js'
import { InvalidOptionError } from '../errors.js'

/** How one job is tried. What is not given is as its definition says. */
export interface RetryOptions {
  /** Runs in total, the first included: 1 to 1,000,000. */
  maxAttempts?: number
  /** What {@link exponential} takes, whose defaults fill in what is not given. Stored with the job, so never a function. */
  backoff?: ExponentialOptions
  /** Longest one attempt may run before its signal aborts. Counts from the start of the run. */
  timeout?: Duration
}

/** What is stored of it, apart from the attempts, which every job has a number of. */
export type OwnRetry = Pick<RetryOptions, 'backoff' | 'timeout'>

const MOST_ATTEMPTS = 1_000_000

/** Whether a job may have so many attempts. */
export function isAttempts(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= MOST_ATTEMPTS
}

/** What `number` is not, when it is no number of attempts. */
export const NO_ATTEMPTS = 'not a whole number from 1 to 1,000,000'

/** @throws {JobsError} JOBS_INVALID_OPTION, JOBS_UNKNOWN_OPTION */
export function refuseInvalidRetry({ maxAttempts = 1, backoff, timeout }: RetryOptions): void {
  if (!isAttempts(maxAttempts))
    throw new InvalidOptionError('maxAttempts', `is ${maxAttempts}, ${NO_ATTEMPTS}`)
  refuseNoDuration('timeout', timeout)
  if (timeout !== undefined && toMs(timeout) === 0)
    throw new InvalidOptionError('timeout', `is ${timeout}, in which no attempt can do anything`)
  if (backoff !== undefined) refuseInvalidBackoff(backoff)
}

function refuseInvalidBackoff(backoff: unknown): void {
  if (typeof backoff !== 'object' || backoff === null)
    throw new InvalidOptionError(
      'backoff',
      `of a request is stored with its job: write it as { base: '30s', cap: '15m' }`,
    )
  const { base, cap } = backoff as ExponentialOptions
  refuseNoDuration('backoff.base', base)
  refuseNoDuration('backoff.cap', cap)
  exponential(backoff) // refuses the rest
}

function refuseNoDuration(option: string, duration: Duration | undefined): void {
  if (duration !== undefined && !isDuration(duration))
    throw new InvalidOptionError(option, `is "${String(duration)}", not a number and a unit such as 30s`)
}

/** JSON text of what is to be stored; `null` when its definition says it all. */
export function toRetryText({ backoff, timeout }: RetryOptions): string | null {
  return backoff === undefined && timeout === undefined ? null : JSON.stringify({ backoff, timeout })
}

/** How a job is tried: as its request said, else as its definition does. */
export function retryOf(
  definition: { backoff: Backoff; timeout: Duration },
  own: OwnRetry | null,
): { backoff: Backoff; timeoutMs: number } {
  return {
    backoff: own?.backoff ? exponential(own.backoff) : definition.backoff,
    timeoutMs: toMs(own?.timeout ?? definition.timeout),
  }
}
