import type { Awaited } from '../store/wait.js'

/** What becomes of a blocked job now that some of those it waits for have ended. */
export type FlowDecision =
  { readonly kind: 'wait' } | { readonly kind: 'run' } | { readonly kind: 'cancel'; readonly reason: string }

/**
 * The one place that decides it.
 * @param ended those that have just ended; whatever ended earlier has been decided upon then
 */
export function decide(
  { onParentDead, isStillWaiting }: { onParentDead: 'cancel' | 'run'; isStillWaiting: boolean },
  ended: readonly Awaited[],
): FlowDecision {
  const failed = ended.find(({ state }) => state !== 'done')
  if (failed && onParentDead === 'cancel') return { kind: 'cancel', reason: reasonOf(failed) }
  return { kind: isStillWaiting ? 'wait' : 'run' }
}

function reasonOf({ id, name, state }: Awaited): string {
  const who = name === null ? id : `${id} (${name})`
  return `It waited for job ${who}, which is ${state === 'gone' ? 'deleted' : state}.`
}
