/** Where a shipment may go from each of its statuses. The only place that says so; CHECK constraints list the same. */
export const SHIPMENT_TRANSITIONS = {
  New: ['PartiallyAssigned', 'Assigned', 'InTransit', 'PartiallyCompleted', 'Completed', 'Canceled'],
  PartiallyAssigned: ['Assigned', 'InTransit', 'Canceled'],
  Assigned: ['InTransit', 'Completed', 'Canceled'],
  InTransit: ['Delayed', 'PartiallyCompleted', 'Completed', 'Canceled'],
  Delayed: ['InTransit', 'PartiallyCompleted', 'Completed', 'Canceled'],
  PartiallyCompleted: ['Completed', 'Canceled'],
  Completed: ['ReadyToBill', 'Canceled'],
  ReadyToBill: ['Billed', 'ReviewRequired', 'Canceled'],
  ReviewRequired: ['Billed', 'Canceled'],
  Billed: [],
  Canceled: [],
} as const

export type ShipmentStatus = keyof typeof SHIPMENT_TRANSITIONS

export const SHIPMENT_STATUSES = Object.keys(SHIPMENT_TRANSITIONS) as [ShipmentStatus, ...ShipmentStatus[]]

export const MOVE_TRANSITIONS = {
  New: ['Assigned', 'InTransit', 'Completed', 'Canceled'],
  Assigned: ['InTransit', 'Completed', 'Canceled'],
  InTransit: ['Completed', 'Canceled'],
  Completed: ['Canceled'],
  Canceled: [],
} as const

export type MoveStatus = keyof typeof MOVE_TRANSITIONS

/** A stop is in transit once the vehicle has arrived, and completed once it has left. */
export const STOP_TRANSITIONS = {
  New: ['InTransit', 'Completed', 'Canceled'],
  InTransit: ['Completed', 'Canceled'],
  Completed: ['Canceled'],
  Canceled: [],
} as const

export type StopStatus = keyof typeof STOP_TRANSITIONS

export const STOP_TYPES = ['pickup', 'delivery', 'split-pickup', 'split-delivery'] as const
export type StopType = (typeof STOP_TYPES)[number]

export const MOVE_STATUSES = Object.keys(MOVE_TRANSITIONS) as [MoveStatus, ...MoveStatus[]]

export const STOP_STATUSES = Object.keys(STOP_TRANSITIONS) as [StopStatus, ...StopStatus[]]

/** The statuses a shipment in status `from` may take. */
export function nextStatuses(from: ShipmentStatus): readonly ShipmentStatus[] {
  return SHIPMENT_TRANSITIONS[from]
}
