import type { Factor } from '../patterns/confidence.js'
import type { Ref, ShipmentRow } from '../shipments/shipment.js'

export const SUGGESTION_STATUSES = ['pending', 'accepted', 'rejected', 'expired'] as const
export type SuggestionStatus = (typeof SUGGESTION_STATUSES)[number]

/** Why a suggestion is expired that nobody accepted or rejected while it was open. */
export const LAPSED = 'not decided in time'

/** A lane that its shipments suggest to be made a dedicated one. */
export interface Suggestion {
  readonly id: string
  readonly status: SuggestionStatus
  readonly suggestedName: string
  readonly customer: Ref
  readonly origin: Ref
  readonly destination: Ref
  /** Part of the lane only where exact matching was required, else null; `''` for shipments that state none. */
  readonly matchService: string | null
  readonly matchEquipment: string | null
  /** What most shipments state, and how large a part they are, 0 to 1. */
  readonly service: string | null
  readonly serviceShare: number | null
  readonly equipment: string | null
  readonly equipmentShare: number | null
  /** 0 to 1: the sum of the factors' points. */
  readonly confidence: number
  readonly factors: readonly Factor[]
  /** Days with a pickup. */
  readonly frequency: number
  readonly shipmentCount: number
  readonly firstPickupAt: Date
  readonly lastPickupAt: Date
  /** In whole units of `currency`; both null when no shipment states a charge. */
  readonly totalFreightCharge: number | null
  readonly currency: string | null
  /** The time that the figures cover. */
  readonly windowFrom: Date
  readonly windowTo: Date
  readonly analyzedAt: Date
  readonly expiresAt: Date
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly reason: string | null
  readonly dedicatedLaneId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface SuggestionDetail extends Suggestion {
  /** The newest 100 of the shipments behind it. */
  readonly shipments: readonly ShipmentRow[]
}
