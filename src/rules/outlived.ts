import { byPrecedence } from './precedence.js'
import { holdsAt, spanOf, type StoredRule } from './stored-rule.js'

/** As many come back, one after the other, when those that took over from them are revoked. */
export const MOST_TO_COME_BACK = 20

/**
 * Rules that can hardly hold again after `at`: so many others take precedence of them, and for at least as long.
 * @param rules of one name, and of one tenant or for all; only such as set something
 */
export function outlived(rules: readonly StoredRule[], at: Date): readonly StoredRule[] {
  const inForce = rules.filter((rule) => holdsAt(spanOf(rule), at.getTime())).sort(byPrecedence)
  return inForce.filter((rule, place) => {
    const { fromMs, untilMs } = spanOf(rule)
    const before = inForce.slice(0, place).filter((other) => spanOf(other).untilMs >= untilMs)
    return before.length >= MOST_TO_COME_BACK && fromMs < at.getTime()
  })
}
