import type { Executor } from '../../../../database/index.js'
import type { MoveStatus, ShipmentStatus, StopStatus, StopType } from '../status.js'

export interface NewShipment {
  key: string
  id: string
  customerId: string
  originId: string
  destinationId: string
  service: string | null
  equipment: string | null
  weightKg: number | null
  freightCharge: number | null
  currency: string
  status: ShipmentStatus
  pickupAt: Date
  deliveredAt: Date | null
  attributes: Readonly<Record<string, string>>
  driverId: string | null
  equipmentId: string | null
  laneId: string | null
  moves: readonly NewMove[]
}

export interface NewMove {
  status: MoveStatus
  stops: readonly NewStop[]
}

export interface NewStop {
  locationId: string
  type: StopType
  status: StopStatus
  plannedArrival: Date | null
  plannedDeparture: Date | null
  actualArrival: Date | null
  actualDeparture: Date | null
}

/**
 * Writes shipments with their moves and stops, but not those whose id is taken; waits for a rival that is writing one.
 * @returns the keys of those written.
 */
export async function insertShipments(
  tx: Executor,
  tenantId: string,
  shipments: readonly NewShipment[],
): Promise<ReadonlySet<string>> {
  const rows = shipments.map(({ moves: _moves, ...row }) => row)
  const inserted = await tx.query<{ key: string }>(INSERT_SHIPMENTS, [tenantId, JSON.stringify(rows)])
  const keys = new Set(inserted.map(({ key }) => key))
  const fresh = shipments.filter(({ key }) => keys.has(key))
  await tx.query(INSERT_MOVES, [tenantId, JSON.stringify(fresh.flatMap(moveRows))])
  await tx.query(INSERT_STOPS, [tenantId, JSON.stringify(fresh.flatMap(stopRows))])
  return keys
}

function moveRows({ key, driverId, equipmentId, moves }: NewShipment) {
  return moves.map(({ status }, index) => ({ key, sequence: index + 1, status, driverId, equipmentId }))
}

function stopRows({ key, moves }: NewShipment) {
  return moves.flatMap(({ stops }, move) =>
    stops.map((stop, index) => ({ key, move: move + 1, sequence: index + 1, ...stop })),
  )
}

// In order of the id, so that rivals wait for each other in one direction only.
const INSERT_SHIPMENTS = /* sql */ `
-- insert shipments: $1 tenant, $2 shipments
INSERT INTO linehaul.shipment (tenant_id, key, id, customer_id, origin_id, destination_id, service, equipment,
  weight_kg, freight_charge, currency, status, pickup_at, delivered_at, attributes, driver_id, equipment_id,
  dedicated_lane_id)
SELECT $1, key, id, "customerId", "originId", "destinationId", service, equipment,
  "weightKg", "freightCharge", currency, status, "pickupAt", "deliveredAt", attributes, "driverId", "equipmentId",
  "laneId"
FROM jsonb_to_recordset($2::jsonb) AS given (key uuid, id text, "customerId" uuid, "originId" uuid,
  "destinationId" uuid, service text, equipment text, "weightKg" float8, "freightCharge" numeric, currency text,
  status text, "pickupAt" timestamptz, "deliveredAt" timestamptz, attributes jsonb, "driverId" uuid,
  "equipmentId" uuid, "laneId" uuid)
ORDER BY id
ON CONFLICT (tenant_id, id) DO NOTHING
RETURNING key::text`

const INSERT_MOVES = /* sql */ `
-- insert moves: $1 tenant, $2 moves
INSERT INTO linehaul.shipment_move (tenant_id, shipment_key, sequence, status, driver_id, equipment_id)
SELECT $1, key, sequence, status, "driverId", "equipmentId"
FROM jsonb_to_recordset($2::jsonb) AS given (key uuid, sequence int, status text, "driverId" uuid, "equipmentId" uuid)`

const INSERT_STOPS = /* sql */ `
-- insert stops: $1 tenant, $2 stops
INSERT INTO linehaul.shipment_stop (tenant_id, shipment_key, move_sequence, sequence, location_id, type, status,
  planned_arrival, planned_departure, actual_arrival, actual_departure)
SELECT $1, key, move, sequence, "locationId", type, status,
  "plannedArrival", "plannedDeparture", "actualArrival", "actualDeparture"
FROM jsonb_to_recordset($2::jsonb) AS given (key uuid, move int, sequence int, "locationId" uuid, type text, status text,
  "plannedArrival" timestamptz, "plannedDeparture" timestamptz, "actualArrival" timestamptz,
  "actualDeparture" timestamptz)`
