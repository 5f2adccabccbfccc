import { deriveMove, deriveShipment, deriveStop } from './derive-status.js'
import type { ShipmentInput } from './input.js'
import type { MoveStatus, ShipmentStatus, StopStatus, StopType } from './status.js'

export interface PlannedStop {
  /** An id or a name, as it was sent. */
  location: string
  type: StopType
  status: StopStatus
  plannedArrival: Date | null
  plannedDeparture: Date | null
  actualArrival: Date | null
  actualDeparture: Date | null
}

export interface PlannedMove {
  status: MoveStatus
  stops: readonly PlannedStop[]
}

/** A shipment as it will be stored, before its names are looked up. */
export interface ShipmentPlan {
  id: string
  input: ShipmentInput
  status: ShipmentStatus
  pickupAt: Date
  deliveredAt: Date | null
  moves: readonly PlannedMove[]
}

/** Derives statuses from the stops upwards. Without moves there is one, from origin to destination. */
export function planShipment(input: ShipmentInput, id: string, now: Date): ShipmentPlan {
  const moves = input.moves ? input.moves.map(planMove) : [onlyMove(input, now)]
  const status = deriveShipment(moves.map((move) => move.status))
  return {
    id,
    input,
    status,
    pickupAt: new Date(input.shippedAt),
    deliveredAt: toDate(input.deliveredAt) ?? (status === 'Completed' ? lastTime(moves) : null),
    moves,
  }
}

type StopInput = NonNullable<ShipmentInput['moves']>[number]['stops'][number]

function planMove({ stops }: { stops: readonly StopInput[] }): PlannedMove {
  return moveOf(stops.map(planStop))
}

function moveOf(stops: readonly PlannedStop[]): PlannedMove {
  const statuses = stops.map(({ status }) => status)
  return { status: deriveMove(statuses, false), stops }
}

function planStop(stop: StopInput): PlannedStop {
  const times = {
    plannedArrival: toDate(stop.plannedArrival),
    plannedDeparture: toDate(stop.plannedDeparture),
    actualArrival: toDate(stop.actualArrival),
    actualDeparture: toDate(stop.actualDeparture),
  }
  return { location: stop.location, type: stop.type, status: deriveStop(times), ...times }
}

/** What was delivered by now happened at the times given; of anything else they are the plan. */
function onlyMove({ origin, destination, shippedAt, deliveredAt }: ShipmentInput, now: Date): PlannedMove {
  const isDelivered = deliveredAt !== undefined && new Date(deliveredAt) <= now
  const times = (at: string | undefined) =>
    isDelivered ? { actualArrival: at, actualDeparture: at } : { plannedArrival: at, plannedDeparture: at }
  return planMove({
    stops: [
      { location: origin, type: 'pickup', ...times(shippedAt) },
      { location: destination, type: 'delivery', ...times(deliveredAt) },
    ],
  })
}

function lastTime(moves: readonly PlannedMove[]): Date | null {
  const last = moves.at(-1)?.stops.at(-1)
  return last?.actualArrival ?? last?.actualDeparture ?? null
}

function toDate(value: string | undefined): Date | null {
  return value === undefined ? null : new Date(value)
}
