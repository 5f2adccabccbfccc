import type { SettingsInForce } from '../../queue/index.js'
import { toMs, type Duration } from '../../time/index.js'
import { analysisRules } from './rules.js'

/**
 * How long an analysis is put off after shipments. Each of the two is set by itself: where they contradict each other the longer one
 * holds for both, for shipments shall not be refused because of it.
 */
export function debounceIn(settings: SettingsInForce): { debounce: Duration; atMost: Duration } {
  const debounce = settings.get(analysisRules.debounce)
  const atMost = settings.get(analysisRules.debounceAtMost)
  return { debounce, atMost: toMs(atMost) < toMs(debounce) ? debounce : atMost }
}
