import type { Executor } from '../../../../database/index.js'
import type { ShipmentRow } from '../shipment.js'
import type { ShipmentStatus } from '../status.js'
import { COLUMNS, NAMES } from './columns.js'

/** Those of `ids` that are there already. */
export async function selectTakenIds(
  db: Executor,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(SELECT_TAKEN, [tenantId, ids])
  return new Set(rows.map(({ id }) => id))
}

const SELECT_TAKEN = /* sql */ `
-- select taken shipment ids: $1 tenant, $2 ids
SELECT id
FROM linehaul.shipment
WHERE tenant_id = $1 AND id = ANY ($2::text[])`

export interface ShipmentFilter {
  customerId: string | null
  status: ShipmentStatus | null
  limit: number
  after: string | null
}

/** Newest first. */
export function selectShipments(
  db: Executor,
  tenantId: string,
  { customerId, status, limit, after }: ShipmentFilter,
): Promise<ShipmentRow[]> {
  return db.query<ShipmentRow>(SELECT_PAGE, [tenantId, customerId, status, after, limit])
}

const SELECT_PAGE = /* sql */ `
-- select shipments: $1 tenant, $2 customer or null, $3 status or null, $4 after key or null, $5 limit
SELECT ${COLUMNS}
FROM (
  SELECT *
  FROM linehaul.shipment
  WHERE tenant_id = $1
    AND ($2::uuid IS NULL OR customer_id = $2)
    AND ($3::text IS NULL OR status = $3)
    AND ($4::uuid IS NULL OR key < $4)
  ORDER BY key DESC
  LIMIT $5
) AS shipment
${NAMES}
ORDER BY shipment.key DESC`

export interface LaneShipmentFilter {
  customerId: string
  originId: string
  destinationId: string
  matchService: string | null
  matchEquipment: string | null
  windowFrom: Date
  windowTo: Date
  limit: number
}

/** What a lane is made of: its shipments with a pickup in the window, cancelled ones left out, latest pickup first. */
export function selectLaneShipments(
  db: Executor,
  tenantId: string,
  lane: LaneShipmentFilter,
): Promise<ShipmentRow[]> {
  return db.query<ShipmentRow>(SELECT_OF_LANE, [
    tenantId,
    lane.customerId,
    lane.originId,
    lane.destinationId,
    lane.matchService,
    lane.matchEquipment,
    lane.windowFrom,
    lane.windowTo,
    lane.limit,
  ])
}

const SELECT_OF_LANE = /* sql */ `
-- select shipments of lane: $1 tenant, $2 customer, $3 origin, $4 destination, $5 service or null, $6 equipment or null, $7 from, $8 to, $9 limit
SELECT ${COLUMNS}
FROM (
  SELECT *
  FROM linehaul.shipment
  WHERE tenant_id = $1
    AND customer_id = $2::uuid
    AND origin_id = $3::uuid
    AND destination_id = $4::uuid
    AND ($5::text IS NULL OR coalesce(service, '') = $5)
    AND ($6::text IS NULL OR coalesce(equipment, '') = $6)
    AND pickup_at BETWEEN $7 AND $8
    AND status <> 'Canceled'
  ORDER BY pickup_at DESC, key DESC
  LIMIT $9
) AS shipment
${NAMES}
ORDER BY shipment.pickup_at DESC, shipment.key DESC`
