import type { Attempt } from './attempt.js'
import type { Outcome } from './outcome.js'

/**
 * Stands around every attempt: does something before and after `next()`, which runs the handler, and hands its outcome on.
 * What it throws is a failed attempt.
 */
export type Middleware = (attempt: Attempt, next: () => Promise<Outcome>) => Promise<Outcome>

/** Runs `handler` inside all of `middleware`, the first one outermost. */
export function runThrough(
  middleware: readonly Middleware[],
  attempt: Attempt,
  handler: () => Promise<Outcome>,
): Promise<Outcome> {
  const [outermost, ...inner] = middleware
  if (!outermost) return handler()
  return outermost(attempt, () => runThrough(inner, attempt, handler))
}
