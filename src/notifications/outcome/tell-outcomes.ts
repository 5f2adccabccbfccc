import type { HearOutcome } from '../../queue/index.js'
import type { Notify } from '../notice.js'
import { outcomeNotice } from './outcome-notice.js'

/** What an engine is to call when jobs end: people are told as each definition's {@link notifyOn} says. */
export function tellOutcomes(notify: Notify): HearOutcome {
  return async (tx, outcome) => {
    const notice = outcomeNotice(outcome)
    if (notice) await notify(tx, notice)
  }
}
