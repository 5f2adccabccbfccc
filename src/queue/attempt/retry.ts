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

/** What is stored of it: what its request said. */
export type OwnRetry = RetryOptions

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

/** JSON text of what is to be stored; `null` when its request says nothing of it. */
export function toRetryText({ maxAttempts, backoff, timeout }: RetryOptions): string | null {
  const isSilent = maxAttempts === undefined && backoff === undefined && timeout === undefined
  return isSilent ? null : JSON.stringify({ maxAttempts, backoff, timeout })
}

/** How a job is tried. */
export interface Retry {
  readonly maxAttempts: number
  readonly backoff: Backoff
  readonly timeout: Duration
}

/** How jobs of a definition are tried whose requests say nothing of it. */
export interface RetryPolicy extends Omit<Retry, 'maxAttempts'> {
  /** `null`: as many as the definition said when the job was put in, which the job itself knows. */
  readonly maxAttempts: number | null
}

/** How a job is tried: as its request said, else as is set, else as its definition says. */
export function retryOf(
  policy: RetryPolicy,
  { retry: own, maxAttempts }: { retry: OwnRetry | null; maxAttempts: number },
): Retry {
  return {
    maxAttempts: own?.maxAttempts ?? policy.maxAttempts ?? maxAttempts,
    backoff: own?.backoff ? exponential(own.backoff) : policy.backoff,
    timeout: own?.timeout ?? policy.timeout,
  }
}
