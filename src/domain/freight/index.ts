import type { MigrationSet } from '../../database/index.js'
import { analyzePatterns } from './analyze-patterns.job.js'
import { expireSuggestions } from './expire-suggestions.job.js'
import { tellSuggestions } from './tell-suggestions.job.js'
import { shipment } from './migrations/001-shipment.js'
import { lanePattern } from './migrations/002-lane-pattern.js'
import { patternRules } from './migrations/003-pattern-rules.js'
import { suggestionNews } from './migrations/004-suggestion-news.js'

export { analyzePatterns } from './analyze-patterns.job.js'
export { createFreight, type Freight } from './create-freight.js'
export { analysisDebounce, digestDebounce } from './debounce.js'
export { FREIGHT_EVENTS, type FreightEvent } from './events.js'
export { FREIGHT_NOTICES } from './suggestions/digest-notice.js'
export { expireSuggestions } from './expire-suggestions.job.js'
export type { ChunkCounts } from './import/commit-rows.js'
export { readCsv } from './import/read-csv.js'
export { readNdjson } from './import/read-ndjson.js'
export type { ImportRow } from './import/row.js'
export { LANE_STATUSES, type DedicatedLane } from './lanes/lane.js'
export type { FreightNeeds } from './needs.js'
export { PatternSettings } from './patterns/config.js'
export { freightRules } from './rules.js'
export { StatusChange } from './shipments/change-status.js'
export { readScms } from './sample/read-scms.js'
export type { SampleShipment } from './sample/sample-shipment.js'
export { shiftDates, type ShiftedShipments } from './sample/shift-dates.js'
export { ShipmentInput } from './shipments/input.js'
export type { ShipmentRow } from './shipments/shipment.js'
export { MOVE_STATUSES, SHIPMENT_STATUSES, STOP_STATUSES, STOP_TYPES } from './shipments/status.js'
export { Acceptance } from './suggestions/accept-suggestion.js'
export { MOST_DAYS } from './suggestions/statistics.js'
export { Rejection } from './suggestions/suggestions.js'
export { SUGGESTION_STATUSES, type Suggestion } from './suggestions/suggestion.js'

export { tellSuggestions } from './tell-suggestions.job.js'

/** Every job of this domain. */
export const freightJobs = [analyzePatterns, expireSuggestions, tellSuggestions]

/** How long analyses are kept for statistics: as long as events. */
export const freightKeeps = [{ table: 'pattern_analysis', column: 'at', for: '400d' }] as const

export const freightMigrations: MigrationSet = {
  part: 'freight',
  migrations: [shipment, lanePattern, patternRules, suggestionNews],
}
