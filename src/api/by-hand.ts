import { may, type Action, type Caller } from '../access/index.js'
import type { AnyJob } from '../queue/index.js'
import { ForbiddenError, NotByHandError } from './errors.js'

/**
 * Refuses what a definition lets nobody ask for by hand, or not this caller.
 * @throws {NotByHandError} API_NOT_BY_HAND, {ForbiddenError} API_FORBIDDEN
 */
export function refuseByHand({ name, byHand }: AnyJob, input: unknown, caller: Caller): void {
  const takes = byHand?.(input)
  if (!takes) return
  if ('instead' in takes) throw new NotByHandError(name, takes.instead)
  const right = takes.right as Action
  if (!may(caller, right)) throw new ForbiddenError(right)
}
