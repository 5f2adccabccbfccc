/** What identifies a lane. The match texts are null unless exact matching is required; `''` means: states none. */
export interface LaneKey {
  customerId: string
  originId: string
  destinationId: string
  matchService: string | null
  matchEquipment: string | null
}

/** What the shipments of one lane add up to within the analysis window. Cancelled ones never count. */
export interface LaneFigures extends LaneKey {
  /** Days, in the tenant's zone, with a pickup: a bulk copy is one. */
  frequency: number
  shipmentCount: number
  firstPickupAt: Date
  lastPickupAt: Date
  /** In `currency`, the one that most of the charges are in; both null when no shipment states a charge. */
  totalFreightCharge: number | null
  currency: string | null
  /** What most shipments state, and how large a part of all they are, 0 to 1. Null when none states one. */
  service: string | null
  serviceShare: number | null
  equipment: string | null
  equipmentShare: number | null
  originName: string
  destinationName: string
}

/** A lane with what was decided about it before. */
export interface LaneHistory {
  figures: LaneFigures
  /** Its pending suggestion. */
  pendingId: string | null
  /** An active dedicated lane claims its shipments already. */
  covered: boolean
  /** When somebody last rejected it, and the days with pickups after that. */
  rejectedAt: Date | null
  frequencySinceRejection: number
  /** Last pickup known when a suggestion of it was last left undecided until it expired. */
  lapsedPickupAt: Date | null
}

/** Which lanes an analysis looks at, and over what time their figures reach. */
export interface AnalysisScope {
  tenantId: string
  /** `null` for all. */
  customerIds: readonly string[] | null
  /** An IANA name: in this zone days begin. */
  timeZone: string
  windowFrom: Date
  now: Date
  /** Only lanes with a pickup since then. `null` for all. */
  lookedAtSince: Date | null
  /** Service and equipment type are part of the lane. */
  requireExactMatch: boolean
  minFrequency: number
}

export interface Survey {
  /** How many lanes were looked at. */
  analyzed: number
  /** Those that are frequent enough and not covered, and those with a pending suggestion. */
  lanes: readonly LaneHistory[]
  /** Pending suggestions in scope whose lane has no shipments left, or is keyed in another way by now. */
  orphanedIds: readonly string[]
}
