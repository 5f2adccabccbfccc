import type { MoveStatus, ShipmentStatus, StopStatus } from './status.js'

/** When a vehicle came to a stop and left it; null until it did. */
export interface StopTimes {
  actualArrival: Date | null
  actualDeparture: Date | null
}

/** A vehicle that has left is done with a stop, even if nobody noted when it came. */
export function deriveStop({ actualArrival, actualDeparture }: StopTimes): StopStatus {
  if (actualDeparture) return 'Completed'
  return actualArrival ? 'InTransit' : 'New'
}

/** `stops` in order. A move is under way from its first sign of a vehicle until every stop is done. */
export function deriveMove(stops: readonly StopStatus[], isAssigned: boolean): MoveStatus {
  if (stops.every((status) => status === 'Completed')) return 'Completed'
  if (stops.some((status) => status !== 'New')) return 'InTransit'
  return isAssigned ? 'Assigned' : 'New'
}

/** `moves` in order. */
export function deriveShipment(moves: readonly MoveStatus[]): ShipmentStatus {
  const all = (status: MoveStatus) => moves.every((move) => move === status)
  const some = (status: MoveStatus) => moves.includes(status)
  if (all('Completed')) return 'Completed'
  if (some('Completed')) return 'PartiallyCompleted'
  if (some('InTransit')) return 'InTransit'
  if (all('Assigned')) return 'Assigned'
  return some('Assigned') ? 'PartiallyAssigned' : 'New'
}
