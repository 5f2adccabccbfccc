import { z } from 'zod'

import { defineRule, type AnyRule } from '../../rules/index.js'
import { isDuration, toMs, type Duration } from '../../time/index.js'

/** How lanes are found: the seven of `patterns/config.ts`, under the names that they have there. */
export const patternRules = {
  enabled: defineRule('freight.pattern.enabled', z.boolean(), {
    default: true,
    description: 'Whether lanes are looked for at all.',
  }),
  minFrequency: defineRule('freight.pattern.min_frequency', z.int().min(1).max(100), {
    default: 3,
    unit: 'occurrences',
    description:
      'Fewest days with a pick-up that make a lane; several shipments of one day are one occurrence.',
  }),
  analysisWindowDays: defineRule('freight.pattern.analysis_window_days', z.int().min(1).max(365), {
    default: 90,
    unit: 'days',
    description: 'How far back pick-ups count.',
  }),
  minConfidenceScore: defineRule('freight.pattern.min_confidence_score', z.number().min(0).max(1), {
    default: 0.7,
    description: 'Lanes below this confidence are not suggested.',
  }),
  suggestionTtlDays: defineRule('freight.pattern.suggestion_ttl_days', z.int().min(1).max(365), {
    default: 30,
    unit: 'days',
    description: 'How long a suggestion stays open; counts anew when the lane has a later pick-up.',
  }),
  requireExactMatch: defineRule('freight.pattern.require_exact_match', z.boolean(), {
    default: false,
    description: 'Whether shipments of different service or equipment type are different lanes.',
  }),
  weightRecentShipments: defineRule('freight.pattern.weight_recent_shipments', z.boolean(), {
    default: true,
    description: 'Whether recent pick-ups raise the confidence.',
  }),
}

const Wait = z
  .custom<Duration>((value) => typeof value === 'string' && isDuration(value) && toMs(value) <= toMs('7d'))
  .describe('a length of time up to 7d, such as 30s, 5m or 1h')

/** When an analysis follows from shipments. Where the two contradict each other, the longer one holds for both. */
export const analysisRules = {
  debounce: defineRule('freight.analysis.debounce', Wait, {
    default: '30s',
    description: "A customer's shipments are analysed this long after the last one.",
  }),
  debounceAtMost: defineRule('freight.analysis.debounce_at_most', Wait, {
    default: '5m',
    description: 'They are analysed at most this long after the first one.',
  }),
}

/** When people are told of new suggestions. Where the two contradict each other, the longer one holds for both. */
export const digestRules = {
  debounce: defineRule('freight.suggestion_digest.debounce', Wait, {
    default: '1m',
    description: 'Those who may accept suggestions are told of new ones this long after the last one.',
  }),
  debounceAtMost: defineRule('freight.suggestion_digest.debounce_at_most', Wait, {
    default: '10m',
    description: 'They are told at most this long after the first one.',
  }),
}

/** Every rule of this domain. */
export const freightRules = [patternRules, analysisRules, digestRules].flatMap((rules) =>
  Object.values<AnyRule>(rules),
)
