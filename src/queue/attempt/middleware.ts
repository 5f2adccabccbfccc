import type { Attempt } from './attempt.js'

/**
 * Stands around every attempt: does something before and after `next()`, which runs the handler, and hands on what that
 * resolves to, whatever it is. What it throws is a failed attempt.
 */
export type Middleware = (attempt: Attempt, next: () => Promise<unknown>) => Promise<unknown>

/** Runs `handler` inside all of `middleware`, the first one outermost. */
export function runThrough(
  middleware: readonly Middleware[],
  attempt: Attempt,
  handler: () => Promise<unknown>,
): Promise<unknown> {
  const [outermost, ...inner] = middleware
  if (!outermost) return handler()
  return outermost(attempt, () => runThrough(inner, attempt, handler))
}
