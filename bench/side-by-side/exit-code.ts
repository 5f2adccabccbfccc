import type { Outcome } from './results.js'
import { judge } from './targets.js'

/** 0: all is well. 1: a job was lost or doubled, a cell failed, or, if asked to be strict, a target was missed. */
export function exitCodeOf({ results, failures }: Outcome, { isStrict }: { isStrict: boolean }): 0 | 1 {
  if (failures.length > 0) return 1
  return isStrict && judge(results).some(({ isReached }) => !isReached) ? 1 : 0
}
