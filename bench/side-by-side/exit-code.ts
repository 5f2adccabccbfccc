import type { Options } from './options.js'
import type { Outcome } from './results.js'
import { judge, unjudged } from './targets.js'

/**
 * 0: all is well. 1: a job was lost or doubled, a cell failed, or, if asked to be strict, a target was missed; of a full run
 * of everything every target has to be judged.
 */
export function exitCodeOf(
  { results, failures }: Outcome,
  { isStrict, isFull, only, against }: Pick<Options, 'isStrict' | 'isFull' | 'only' | 'against'>,
): 0 | 1 {
  if (failures.length > 0) return 1
  if (!isStrict) return 0
  const isWhole = isFull && !only && !against
  if (isWhole && unjudged(results).length > 0) return 1
  return judge(results).some(({ isReached }) => !isReached) ? 1 : 0
}
