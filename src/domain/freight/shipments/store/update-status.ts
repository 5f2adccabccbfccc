import type { Executor } from '../../../../database/index.js'
import type { Move } from '../shipment.js'
import type { ShipmentStatus } from '../status.js'

/** Keeps other changes of this shipment waiting until the end of the transaction. Does nothing when it does not exist. */
export async function lockShipment(tx: Executor, tenantId: string, id: string): Promise<void> {
  await tx.query(LOCK, [tenantId, id])
}

const LOCK = /* sql */ `
-- lock shipment: $1 tenant, $2 id
SELECT FROM linehaul.shipment
WHERE tenant_id = $1 AND id = $2
FOR NO KEY UPDATE`

export interface StatusUpdate {
  key: string
  status: ShipmentStatus
  /** `null` leaves it as it is. */
  deliveredAt: Date | null
  /** `null` leaves it as it is. */
  cancelReason: string | null
  moves: readonly Move[]
  now: Date
}

/** Writes a new status together with the moves and stops that follow from it. */
export async function updateStatus(tx: Executor, tenantId: string, update: StatusUpdate): Promise<void> {
  const { key, status, deliveredAt, cancelReason, moves, now } = update
  await tx.query(UPDATE_SHIPMENT, [tenantId, key, status, deliveredAt, cancelReason, now])
  await tx.query(UPDATE_MOVES, [tenantId, key, JSON.stringify(moves)])
  await tx.query(UPDATE_STOPS, [tenantId, key, JSON.stringify(moves)])
}

const UPDATE_SHIPMENT = /* sql */ `
-- update shipment status: $1 tenant, $2 key, $3 status, $4 delivered at or null, $5 cancel reason or null, $6 now
UPDATE linehaul.shipment
SET status = $3,
    delivered_at = coalesce($4, delivered_at),
    cancel_reason = coalesce($5, cancel_reason),
    updated_at = $6
WHERE tenant_id = $1 AND key = $2::uuid`

const UPDATE_MOVES = /* sql */ `
-- update move statuses: $1 tenant, $2 shipment key, $3 moves
UPDATE linehaul.shipment_move AS move
SET status = given.status
FROM jsonb_to_recordset($3::jsonb) AS given (sequence int, status text)
WHERE move.tenant_id = $1
  AND move.shipment_key = $2::uuid
  AND move.sequence = given.sequence
  AND move.status <> given.status`

const UPDATE_STOPS = /* sql */ `
-- update stop statuses: $1 tenant, $2 shipment key, $3 moves with stops
UPDATE linehaul.shipment_stop AS stop
SET status = given.status,
    actual_arrival = given."actualArrival",
    actual_departure = given."actualDeparture"
FROM jsonb_to_recordset($3::jsonb) AS move (sequence int, stops jsonb),
  jsonb_to_recordset(move.stops) AS given (sequence int, status text, "actualArrival" timestamptz,
    "actualDeparture" timestamptz)
WHERE stop.tenant_id = $1
  AND stop.shipment_key = $2::uuid
  AND stop.move_sequence = move.sequence
  AND stop.sequence = given.sequence
  AND stop.status <> given.status`
