import { z } from 'zod'

import type { Rule } from '../../../rules/index.js'
import { patternRules } from '../rules.js'

const { enabled, minFrequency, analysisWindowDays, minConfidenceScore, ...others } = patternRules
const { suggestionTtlDays, requireExactMatch, weightRecentShipments } = others

/** How a tenant wants lanes to be found; each setting is a rule, which says what it means. */
export const PatternSettings = z.strictObject({
  enabled: enabled.schema,
  minFrequency: minFrequency.schema,
  analysisWindowDays: analysisWindowDays.schema,
  minConfidenceScore: minConfidenceScore.schema,
  suggestionTtlDays: suggestionTtlDays.schema,
  requireExactMatch: requireExactMatch.schema,
  weightRecentShipments: weightRecentShipments.schema,
})

export type PatternSettings = z.output<typeof PatternSettings>

export interface PatternConfig extends PatternSettings {
  /** Counts what has changed for the tenant; 0 while nothing has. */
  readonly version: number
}

/** All settings as `valueOf` has them. */
export function readSettings(valueOf: <Value>(rule: Rule<Value>) => Value): PatternSettings {
  return {
    enabled: valueOf(enabled),
    minFrequency: valueOf(minFrequency),
    analysisWindowDays: valueOf(analysisWindowDays),
    minConfidenceScore: valueOf(minConfidenceScore),
    suggestionTtlDays: valueOf(suggestionTtlDays),
    requireExactMatch: valueOf(requireExactMatch),
    weightRecentShipments: valueOf(weightRecentShipments),
  }
}

/** What holds until somebody sets it. */
export const DEFAULT_SETTINGS: PatternSettings = readSettings((rule) => rule.default)
