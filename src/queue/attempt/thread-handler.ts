import type { Attempt } from './attempt.js'
import { InvalidDefinitionError } from '../errors.js'
import type { Outcome } from './outcome.js'

/** What a handler in a thread has of its attempt: all but the transaction, and what can be set without a deployment. */
export type ThreadAttempt = Omit<Attempt, 'finish' | 'rules'>

/** What the module of a definition with `runIn: 'thread'` exports as `run`. */
export type ThreadHandler<Payload> = (payload: Payload, attempt: ThreadAttempt) => Promise<Outcome>

/**
 * Runs in a thread of its own, for work that would block the event loop. An attempt that goes on after its signal was
 * aborted is ended with its thread.
 */
export interface RunsInThread {
  runIn: 'thread'
  /**
   * JavaScript that exports a {@link ThreadHandler} as `run`: `new URL('./nest-parts.thread.js', import.meta.url)`. Its
   * payload is copied to the thread; it gets neither needs nor a transaction.
   */
  module: URL
  run?: undefined
}

/** Runs a thread's handler without a thread. */
export function runHere({
  name,
  module,
}: {
  name: string
  module?: URL | undefined
}): (payload: unknown, needs: unknown, attempt: ThreadAttempt) => Promise<Outcome> {
  if (!(module instanceof URL))
    throw new InvalidDefinitionError(
      name,
      "it has neither run nor, with runIn: 'thread', a module that exports run",
    )
  return async (payload, _needs, attempt) => {
    const { run } = (await import(module.href)) as { run: ThreadHandler<unknown> }
    return run(payload, attempt)
  }
}
