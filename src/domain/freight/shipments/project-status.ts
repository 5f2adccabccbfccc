import type { Move, Stop } from './shipment.js'
import {
  MOVE_TRANSITIONS,
  STOP_TRANSITIONS,
  type MoveStatus,
  type ShipmentStatus,
  type StopStatus,
} from './status.js'

type Project = (moves: readonly Move[], at: Date) => readonly Move[]

/**
 * What a shipment's new status says about its moves and stops. Actual times that are still open become `at`.
 * A status that says nothing about them leaves them as they are.
 */
export function projectStatus(moves: readonly Move[], to: ShipmentStatus, at: Date): readonly Move[] {
  return PROJECTIONS[to]?.(moves, at) ?? moves
}

const PROJECTIONS: Partial<Record<ShipmentStatus, Project>> = {
  PartiallyAssigned: (moves) => changeFirst(moves, isNew, (move) => moveTo(move, 'Assigned')),
  Assigned: (moves) => moves.map((move) => moveTo(move, 'Assigned')),
  InTransit: (moves, at) =>
    moves.some(isUnderWay) ? moves : changeFirst(moves, isOpen, (move) => depart(move, at)),
  PartiallyCompleted: (moves, at) =>
    changeFirst(moves, isOpen, (move) =>
      moves.filter(isOpen).length > 1 ? complete(move, at) : depart(move, at),
    ),
  Completed: (moves, at) => moves.map((move) => complete(move, at)),
  Canceled: (moves) => moves.map(cancelMove),
}

const isNew = ({ status }: Move) => status === 'New'
const isUnderWay = ({ status }: Move) => status === 'InTransit'
const isOpen = ({ status }: Move) => status !== 'Completed' && status !== 'Canceled'

function changeFirst(
  moves: readonly Move[],
  matches: (move: Move) => boolean,
  change: (move: Move) => Move,
): readonly Move[] {
  const first = moves.find(matches)
  return moves.map((move) => (move === first ? change(move) : move))
}

/** The vehicle has left the first stop. */
function depart(move: Move, at: Date): Move {
  const stops = move.stops.map((stop, index) => (index === 0 ? leave(stop, at) : stop))
  return { ...moveTo(move, 'InTransit'), stops }
}

function complete(move: Move, at: Date): Move {
  if (!isOpen(move)) return move
  return { ...moveTo(move, 'Completed'), stops: move.stops.map((stop) => leave(stop, at)) }
}

function cancelMove(move: Move): Move {
  return { ...moveTo(move, 'Canceled'), stops: move.stops.map((stop) => stopTo(stop, 'Canceled')) }
}

function leave(stop: Stop, at: Date): Stop {
  const actualArrival = stop.actualArrival ?? at
  return { ...stopTo(stop, 'Completed'), actualArrival, actualDeparture: stop.actualDeparture ?? at }
}

/** A move or stop that may not go there stays where it is: it is further already. */
function moveTo(move: Move, status: MoveStatus): Move {
  const allowed: readonly MoveStatus[] = MOVE_TRANSITIONS[move.status]
  return allowed.includes(status) ? { ...move, status } : move
}

function stopTo(stop: Stop, status: StopStatus): Stop {
  const allowed: readonly StopStatus[] = STOP_TRANSITIONS[stop.status]
  return allowed.includes(status) ? { ...stop, status } : stop
}
