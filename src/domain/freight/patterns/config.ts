import { z } from 'zod'

/** How a tenant wants lanes to be found. */
export const PatternSettings = z.strictObject({
  /** Whether lanes are looked for at all. */
  enabled: z.boolean(),
  /** Fewest days with a pickup that make a lane. */
  minFrequency: z.int().min(1).max(100),
  /** How far back pickups count, in days. */
  analysisWindowDays: z.int().min(1).max(365),
  /** Lanes below this confidence are not suggested. */
  minConfidenceScore: z.number().min(0).max(1),
  /** How long a suggestion stays open, in days. Counts anew when the lane has a later pickup. */
  suggestionTtlDays: z.int().min(1).max(365),
  /** Whether shipments of different service or equipment type are different lanes. */
  requireExactMatch: z.boolean(),
  /** Whether recent pickups raise the confidence. */
  weightRecentShipments: z.boolean(),
})

export type PatternSettings = z.output<typeof PatternSettings>

export interface PatternConfig extends PatternSettings {
  /** Counts changes; 0 while the tenant has changed nothing. */
  readonly version: number
}

/** What holds until a tenant changes it. */
export const DEFAULT_SETTINGS: PatternSettings = {
  enabled: true,
  minFrequency: 3,
  analysisWindowDays: 90,
  minConfidenceScore: 0.7,
  suggestionTtlDays: 30,
  requireExactMatch: false,
  weightRecentShipments: true,
}

export const DEFAULT_CONFIG: PatternConfig = { ...DEFAULT_SETTINGS, version: 0 }
