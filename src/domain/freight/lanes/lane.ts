import type { Ref } from '../shipments/shipment.js'

export const LANE_STATUSES = ['active', 'inactive'] as const
export type LaneStatus = (typeof LANE_STATUSES)[number]

/** A lane that a customer's shipments use regularly, with who drives it. */
export interface DedicatedLane {
  readonly id: string
  readonly name: string
  readonly status: LaneStatus
  readonly customer: Ref
  readonly origin: Ref
  readonly destination: Ref
  /** Which shipments it is for: null for any, `''` for those that state none. */
  readonly service: string | null
  readonly equipmentType: string | null
  readonly driver: Ref | null
  readonly equipment: (Ref & { readonly type: string }) | null
  /** New shipments of this lane get its driver and equipment by themselves. */
  readonly autoAssign: boolean
  /** The suggestion it was made from. */
  readonly suggestionId: string | null
  readonly createdAt: Date
}
