import { toMs, type Duration } from '../time/index.js'

/** JSON as `JSON.stringify` writes it. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** A handler's wish other than "done": made by {@link snooze} and {@link cancel}. */
export type Wish =
  | { readonly [WISH]: 'snooze'; readonly forMs: number }
  | { readonly [WISH]: 'cancel'; readonly reason: string }

/** What a handler returns: nothing or its result when the job is done, or a wish. A throw is a failed attempt. */
export type Outcome = Json | Wish | undefined | void

/** Registered, so that a handler in a thread, which loads this file a second time, makes the same wishes. */
const WISH = Symbol.for('linehaul.wish')

/** Runs the job again after `duration`, without spending an attempt. */
export function snooze(duration: Duration): Wish {
  return { [WISH]: 'snooze', forMs: toMs(duration) }
}

/** Ends the job as cancelled: there is nothing to do, and that is no failure. */
export function cancel(reason: string): Wish {
  return { [WISH]: 'cancel', reason }
}

/** A wish that came from another thread, where `kind` stands for what cannot be copied. */
export function wishFrom({ kind, ...wish }: { kind: string }): Wish {
  return { ...wish, [WISH]: kind } as unknown as Wish
}

export function wishOf(
  outcome: unknown,
): { kind: 'snooze'; forMs: number } | { kind: 'cancel'; reason: string } | undefined {
  if (typeof outcome !== 'object' || outcome === null || !(WISH in outcome)) return undefined
  const wish = outcome as Wish
  return wish[WISH] === 'snooze'
    ? { kind: 'snooze', forMs: wish.forMs }
    : { kind: 'cancel', reason: wish.reason }
}
