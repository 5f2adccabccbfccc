import type { MigrationSet } from '../../database/index.js'
import { analyzePatterns } from './analyze-patterns.job.js'
import { expireSuggestions } from './expire-suggestions.job.js'
import { shipment } from './migrations/001-shipment.js'
import { lanePattern } from './migrations/002-lane-pattern.js'

export { analyzePatterns, type AnalyzePatternsPayload } from './analyze-patterns.job.js'
export { createFreight, type Freight, type FreightOptions } from './create-freight.js'
export {
  ConfigChangedError,
  CsvHeaderError,
  FieldError,
  FreightError,
  IllegalStatusError,
  SameLocationError,
  ShipmentNotFoundError,
  ShipmentRefusedError,
  UnknownCustomerError,
  UnknownLocationError,
} from './errors.js'
export type {
  Cause,
  FreightEvent,
  LaneAccepted,
  ShipmentCompleted,
  ShipmentCreated,
  ShipmentStatusChanged,
} from './events.js'
export { expireSuggestions, type ExpireSuggestionsPayload } from './expire-suggestions.job.js'
export type { ImportReport } from './import/import-shipments.js'
export { readCsv } from './import/read-csv.js'
export { readNdjson } from './import/read-ndjson.js'
export type { RejectedLine } from './import/rejected-line.js'
export type { ImportRow } from './import/row.js'
export type { LaneList } from './lanes/dedicated-lanes.js'
export { LANE_STATUSES, type DedicatedLane, type LaneStatus } from './lanes/lane.js'
export type { FreightNeeds } from './needs.js'
export type { AnalysisRequest, AnalysisResult } from './patterns/analyze-patterns.js'
export type { Factor } from './patterns/confidence.js'
export { PatternSettings, type PatternConfig } from './patterns/config.js'
export { StatusChange } from './shipments/change-status.js'
export type { Creation } from './shipments/create-shipments.js'
export { readScms } from './sample/read-scms.js'
export type { SampleShipment } from './sample/sample-shipment.js'
export { shiftDates, type ShiftedShipments } from './sample/shift-dates.js'
export { ShipmentInput } from './shipments/input.js'
export type { Assignment, Move, Ref, Shipment, ShipmentRow, Stop } from './shipments/shipment.js'
export type { ShipmentList } from './shipments/shipments.js'
export {
  MOVE_STATUSES,
  SHIPMENT_STATUSES,
  STOP_STATUSES,
  STOP_TYPES,
  type ShipmentStatus,
} from './shipments/status.js'
export { Acceptance } from './suggestions/accept-suggestion.js'
export {
  DriverRequiredError,
  LaneExistsError,
  LaneNameTakenError,
  SuggestionDecidedError,
  SuggestionNotFoundError,
} from './suggestions/errors.js'
export { Rejection, type SuggestionList } from './suggestions/suggestions.js'
export {
  SUGGESTION_STATUSES,
  type Suggestion,
  type SuggestionDetail,
  type SuggestionStatus,
} from './suggestions/suggestion.js'

/** Every job of this domain. */
export const freightJobs = [analyzePatterns, expireSuggestions]

export const freightMigrations: MigrationSet = { part: 'freight', migrations: [shipment, lanePattern] }
