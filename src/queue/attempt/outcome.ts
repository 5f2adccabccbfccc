import { toMs, type Duration } from '../../time/index.js'
import { MAX_AHEAD_MS, UUID } from '../check-options.js'
import { InvalidOptionError } from '../errors.js'
import type { JobRequest } from '../enqueue/request.js'

/** JSON as `JSON.stringify` writes it. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** A handler's wish other than "done": made by {@link snooze}, {@link cancel} and {@link waitFor}. */
export type Wish =
  | { readonly [WISH]: 'snooze'; readonly forMs: number }
  | { readonly [WISH]: 'cancel'; readonly reason: string }
  | { readonly [WISH]: 'wait'; readonly children: readonly (JobRequest | string)[] }

/** What a handler returns: nothing or its result when the job is done, or a wish. A throw is a failed attempt. */
export type Outcome = Json | Wish | undefined | void

/** Registered, so that a handler in a thread, which loads this file a second time, makes the same wishes. */
const WISH = Symbol.for('linehaul.wish')

/**
 * Runs the job again after `duration`, at most five years, without spending an attempt.
 * @throws {InvalidOptionError} JOBS_INVALID_OPTION, TIME_INVALID_DURATION
 */
export function snooze(duration: Duration): Wish {
  const forMs = toMs(duration)
  if (forMs > MAX_AHEAD_MS)
    throw new InvalidOptionError('duration', `of snooze is ${duration}, more than the five years allowed`)
  return { [WISH]: 'snooze', forMs }
}

/** Ends the job as cancelled: there is nothing to do, and that is no failure. */
export function cancel(reason: string): Wish {
  return { [WISH]: 'cancel', reason }
}

/**
 * Puts in `children` and runs the job again from the top once all of them have ended, well or not: `attempt.awaited()` then
 * tells how. Meanwhile it holds no slot, and no attempt is spent. The children are of the job's own tenant; a string is the
 * id of a job that is there already.
 * @throws {InvalidOptionError} JOBS_INVALID_OPTION when there are none, for the job would run again at once, for ever.
 */
export function waitFor(children: readonly (JobRequest | string)[]): Wish {
  if (children.length === 0)
    throw new InvalidOptionError(
      'children',
      'of waitFor is empty: return a result when there is nothing to wait for',
    )
  const odd = children.find((child) => typeof child === 'string' && !UUID.test(child))
  if (odd !== undefined)
    throw new InvalidOptionError('children', `of waitFor holds "${odd as string}", not the id of a job`)
  return { [WISH]: 'wait', children }
}

/** A wish that came from another thread, where `kind` stands for what cannot be copied. */
export function wishFrom({ kind, ...wish }: { kind: string }): Wish {
  return { ...wish, [WISH]: kind } as unknown as Wish
}

export function wishOf(
  outcome: unknown,
):
  | { kind: 'snooze'; forMs: number }
  | { kind: 'cancel'; reason: string }
  | { kind: 'wait'; children: readonly (JobRequest | string)[] }
  | undefined {
  if (typeof outcome !== 'object' || outcome === null || !(WISH in outcome)) return undefined
  const { [WISH]: kind, ...wish } = outcome as Wish
  return { kind, ...wish } as ReturnType<typeof wishOf>
}
