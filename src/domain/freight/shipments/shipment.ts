import type { MoveStatus, ShipmentStatus, StopStatus, StopType } from './status.js'

export interface Ref {
  readonly id: string
  readonly name: string
}

/** Who drives a shipment with what, and the dedicated lane that said so. */
export interface Assignment {
  readonly laneId: string | null
  readonly driver: Ref
  readonly equipment: (Ref & { readonly type: string }) | null
}

export interface ShipmentRow {
  /** Orders shipments by when they came in: the cursor of lists. */
  readonly key: string
  readonly id: string
  readonly status: ShipmentStatus
  readonly customer: Ref
  readonly origin: Ref
  readonly destination: Ref
  readonly service: string | null
  /** The type of equipment wanted. */
  readonly equipment: string | null
  readonly weightKg: number | null
  /** In whole units of `currency`. */
  readonly freightCharge: number | null
  readonly currency: string
  readonly shippedAt: Date
  readonly deliveredAt: Date | null
  readonly attributes: Readonly<Record<string, string>>
  readonly assignment: Assignment | null
  readonly cancelReason: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface Stop {
  /** Counts from 1 within its move. */
  readonly sequence: number
  readonly location: Ref
  readonly type: StopType
  readonly status: StopStatus
  readonly plannedArrival: Date | null
  readonly plannedDeparture: Date | null
  readonly actualArrival: Date | null
  readonly actualDeparture: Date | null
}

export interface Move {
  /** Counts from 1. */
  readonly sequence: number
  readonly status: MoveStatus
  readonly stops: readonly Stop[]
}

export interface Shipment extends ShipmentRow {
  readonly moves: readonly Move[]
}
