import { PlannedWait, type PlannedChild } from '../flow/children.js'
import { MAX_AHEAD_MS } from '../check-options.js'
import type { AnyJob } from '../define-job.js'
import { PermanentError, RetryableError } from '../errors.js'
import { wishOf } from './outcome.js'
import { resultText } from './result-text.js'
import { storable } from '../storable.js'

/** Why an attempt's signal was aborted. */
export type StopReason = 'timeout' | 'cancel' | 'shutdown' | 'lease'

/** How an attempt ended. `abandoned`: it went on after its signal was aborted, so nobody waits for it any more. */
export type Ending =
  | { readonly kind: 'returned'; readonly outcome: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'unreadable'; readonly error: unknown }
  | { readonly kind: 'abandoned' }

/** Kept with a job: what went wrong, for people and for programs. */
export interface Fault {
  readonly code: string
  readonly message: string
}

/** What follows from an attempt's ending. */
export type Verdict =
  | { readonly kind: 'done'; readonly result: string | null }
  | { readonly kind: 'cancelled'; readonly error: Fault }
  | { readonly kind: 'dead'; readonly error: Fault }
  | { readonly kind: 'again'; readonly delayMs: number; readonly error: Fault }
  | { readonly kind: 'snoozed'; readonly delayMs: number }
  | { readonly kind: 'blocked'; readonly children: readonly PlannedChild[] }
  | { readonly kind: 'released' }
  | { readonly kind: 'lost' }

/** The one place that decides between done, snoozed, blocked, cancelled, retried and dead. */
export function classify(
  ending: Ending,
  stopped: StopReason | undefined,
  job: { attempt: number; maxAttempts: number },
  backoff: AnyJob['backoff'],
  random: () => number,
): Verdict {
  if (stopped === 'lease') return { kind: 'lost' }
  if (stopped === 'cancel')
    return { kind: 'cancelled', error: faultOfCancel('it was cancelled while running') }
  if (ending.kind === 'unreadable') return { kind: 'dead', error: faultOf(ending.error) }
  if (ending.kind === 'returned') return classifyOutcome(ending.outcome, job, backoff, random)
  if (stopped === 'shutdown') return { kind: 'released' }
  return classifyFailure(failureOf(ending, stopped), job, backoff, random)
}

export function faultOfCancel(reason: string): Fault {
  return { code: 'JOBS_CANCELLED', message: storable(reason) }
}

function classifyOutcome(outcome: unknown, ...context: FailureContext): Verdict {
  if (outcome instanceof PlannedWait) return { kind: 'blocked', children: outcome.children }
  const wish = wishOf(outcome)
  if (wish?.kind === 'snooze') return { kind: 'snoozed', delayMs: wish.forMs }
  if (wish?.kind === 'cancel') return { kind: 'cancelled', error: faultOfCancel(wish.reason) }
  try {
    return { kind: 'done', result: resultText(outcome) }
  } catch (error) {
    return classifyFailure(error, ...context)
  }
}

type FailureContext = [
  job: { attempt: number; maxAttempts: number },
  backoff: AnyJob['backoff'],
  random: () => number,
]

function classifyFailure(
  error: unknown,
  job: FailureContext[0],
  backoff: FailureContext[1],
  random: () => number,
): Verdict {
  const fault = faultOf(error)
  if (error instanceof PermanentError || job.attempt >= job.maxAttempts) return { kind: 'dead', error: fault }
  const waitMs = usableMs(backoff(job.attempt, random))
  const askedMs = error instanceof RetryableError ? usableMs(error.retryAfterMs ?? 0) : 0
  return { kind: 'again', delayMs: Math.max(waitMs, askedMs), error: fault }
}

/** A backoff of one's own, or a header that held no number, may say anything: it must not cost the job its end. */
function usableMs(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_AHEAD_MS)
}

function failureOf(ending: Ending, stopped: StopReason | undefined): unknown {
  if (ending.kind === 'abandoned')
    return fault(
      'JOBS_ABANDONED',
      'The attempt ran on after its time was up and its signal aborted; it was given up.',
    )
  if (ending.kind === 'threw' && ending.error instanceof PermanentError) return ending.error
  if (stopped === 'timeout') return fault('JOBS_TIMEOUT', 'The attempt took longer than its timeout.')
  return ending.kind === 'threw' ? ending.error : undefined
}

function fault(code: string, message: string): Fault {
  return { code, message }
}

/** A database's own code says nothing to those who look at a job. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/

/** Errors of one's own keep their code; any other is a plain failure. */
export function faultOf(error: unknown): Fault {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as Partial<Fault>
  return {
    code: typeof code === 'string' && !SQLSTATE.test(code) ? code : 'JOBS_FAILED',
    message: storable(typeof message === 'string' ? message : String(error)),
  }
}
