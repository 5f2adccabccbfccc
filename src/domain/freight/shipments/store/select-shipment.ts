import type { Executor } from '../../../../database/index.js'
import type { Move, Shipment, ShipmentRow } from '../shipment.js'
import { COLUMNS, NAMES } from './columns.js'

/** A shipment with its moves and stops. */
export async function selectShipment(
  db: Executor,
  tenantId: string,
  id: string,
): Promise<Shipment | undefined> {
  const [row] = await db.query<ShipmentRow & { moves: StoredMove[] }>(SELECT_ONE, [tenantId, id])
  return row && { ...row, moves: row.moves.map(toMove) }
}

const SELECT_ONE = /* sql */ `
-- select shipment: $1 tenant, $2 id
SELECT ${COLUMNS}, (
  SELECT jsonb_agg(jsonb_build_object(
    'sequence', move.sequence, 'status', move.status, 'stops', (
      SELECT jsonb_agg(jsonb_build_object(
        'sequence', stop.sequence, 'type', stop.type, 'status', stop.status,
        'location', jsonb_build_object('id', location.id, 'name', location.name),
        'plannedArrival', stop.planned_arrival, 'plannedDeparture', stop.planned_departure,
        'actualArrival', stop.actual_arrival, 'actualDeparture', stop.actual_departure
      ) ORDER BY stop.sequence)
      FROM linehaul.shipment_stop AS stop
      JOIN linehaul.location ON location.tenant_id = $1 AND location.id = stop.location_id
      WHERE stop.tenant_id = $1 AND stop.shipment_key = shipment.key AND stop.move_sequence = move.sequence
    )
  ) ORDER BY move.sequence)
  FROM linehaul.shipment_move AS move
  WHERE move.tenant_id = $1 AND move.shipment_key = shipment.key
) AS moves
FROM linehaul.shipment
${NAMES}
WHERE shipment.tenant_id = $1 AND shipment.id = $2`

/** JSON has no instants: they come as text. */
type Text<T> = { [Key in keyof T]: Date extends T[Key] ? string | null : T[Key] }
type StoredStop = Text<Move['stops'][number]>
type StoredMove = Omit<Move, 'stops'> & { stops: readonly StoredStop[] }

function toMove(move: StoredMove): Move {
  return { ...move, stops: move.stops.map(toStop) }
}

function toStop(stop: StoredStop): Move['stops'][number] {
  return {
    ...stop,
    plannedArrival: toDate(stop.plannedArrival),
    plannedDeparture: toDate(stop.plannedDeparture),
    actualArrival: toDate(stop.actualArrival),
    actualDeparture: toDate(stop.actualDeparture),
  }
}

function toDate(value: string | null): Date | null {
  return value === null ? null : new Date(value)
}
