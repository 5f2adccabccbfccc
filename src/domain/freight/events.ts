import type { NewEvent } from '../../events/index.js'
import type { ShipmentStatus } from './shipments/status.js'

/** The lane that a shipment or a decision is about, by the ids of its ends. */
interface OnLane {
  readonly customerId: string
  readonly originId: string
  readonly destinationId: string
}

export interface ShipmentCreated extends OnLane {
  readonly shipmentId: string
  readonly status: ShipmentStatus
}

export interface ShipmentStatusChanged extends OnLane {
  readonly shipmentId: string
  readonly from: ShipmentStatus
  readonly to: ShipmentStatus
  readonly reason: string | null
}

export interface ShipmentCompleted extends OnLane {
  readonly shipmentId: string
  /** ISO 8601. */
  readonly completedAt: string
}

export interface LaneAccepted extends OnLane {
  readonly laneId: string
  readonly suggestionId: string
}

export interface SuggestionsChanged {
  /** How many at once. */
  readonly count: number
  /** The first hundred of them. */
  readonly suggestionIds: readonly string[]
}

/** What happened to lane suggestions; of those that an analysis makes or withdraws at once, one event tells. */
export type SuggestionEvent = NewEvent<
  `suggestion.${'created' | 'accepted' | 'rejected' | 'expired' | 'withdrawn'}`,
  SuggestionsChanged
>

/** Everything that freight records about one lane, by type. A shipment that was completed when it came in records its creation only. */
export type FreightEvent =
  | NewEvent<'shipment.created', ShipmentCreated>
  | NewEvent<'shipment.status-changed', ShipmentStatusChanged>
  | NewEvent<'shipment.completed', ShipmentCompleted>
  | NewEvent<'lane.accepted', LaneAccepted>

/** Who or what caused something; kept with the events it sets off. */
export interface Cause {
  /** `kind:id`. */
  readonly actor?: string
  readonly correlationId?: string
}
