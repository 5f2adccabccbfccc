import type { Transaction } from '../../database/index.js'
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

type AnyFreightEvent = FreightEvent | SuggestionEvent

/** Where freight records what happened, the types told here and no others. */
export interface FreightLog {
  record(tx: Transaction, events: readonly AnyFreightEvent[]): Promise<void>
}

/** A sentence for each type, so that the compiler misses one that is not here. */
const IN_WORDS: Readonly<Record<AnyFreightEvent['type'], string>> = {
  'shipment.created': 'A shipment has come in.',
  'shipment.status-changed': 'A shipment has another status.',
  'shipment.completed': 'A shipment is completed, which came in before it was.',
  'lane.accepted': 'A lane suggestion has become a dedicated lane.',
  'suggestion.created': 'There are new lane suggestions.',
  'suggestion.accepted': 'A lane suggestion was accepted.',
  'suggestion.rejected': 'A lane suggestion was rejected.',
  'suggestion.expired': 'Lane suggestions were not decided in time.',
  'suggestion.withdrawn': 'Lane suggestions are taken back: the shipments do not show those lanes any more.',
}

/** What happens in freight, for those who choose what they hear of. */
export const FREIGHT_EVENTS = Object.entries(IN_WORDS).map(([type, description]) => ({ type, description }))

/** Who or what caused something; kept with the events it sets off. */
export interface Cause {
  /** `kind:id`. */
  readonly actor?: string
  readonly correlationId?: string
}
