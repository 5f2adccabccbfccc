import type { Rule } from '../../rules/index.js'
import type { SettingsInForce } from '../../queue/index.js'
import { toMs, type Duration } from '../../time/index.js'
import { analysisRules, digestRules } from './rules.js'

interface Debounce {
  readonly debounce: Duration
  readonly atMost: Duration
}

/** How long an analysis is put off after shipments. */
export function analysisDebounce(settings: SettingsInForce): Debounce {
  return debounceBy(settings, analysisRules)
}

/** How long the word of new suggestions is put off after each. */
export function digestDebounce(settings: SettingsInForce): Debounce {
  return debounceBy(settings, digestRules)
}

/**
 * Each of the two is set by itself: where they contradict each other the longer one holds for both, for what they put off shall
 * not be refused because of it.
 */
function debounceBy(
  settings: SettingsInForce,
  rules: { debounce: Rule<Duration>; debounceAtMost: Rule<Duration> },
): Debounce {
  const debounce = settings.get(rules.debounce)
  const atMost = settings.get(rules.debounceAtMost)
  return { debounce, atMost: toMs(atMost) < toMs(debounce) ? debounce : atMost }
}
