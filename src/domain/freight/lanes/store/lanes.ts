import type { Executor } from '../../../../database/index.js'
import type { DedicatedLane, LaneStatus } from '../lane.js'
import { claimsInCommon } from './criteria.js'

export interface NewLane {
  id: string
  name: string
  customerId: string
  originId: string
  destinationId: string
  service: string | null
  equipment: string | null
  driverId: string | null
  equipmentId: string | null
  autoAssign: boolean
  suggestionId: string | null
}

/** False, and nothing written, when the name is taken. Waits for a rival that is about to take it. */
export async function insertLane(tx: Executor, tenantId: string, lane: NewLane, now: Date): Promise<boolean> {
  const rows = await tx.query(INSERT, [
    tenantId,
    lane.id,
    lane.name,
    lane.customerId,
    lane.originId,
    lane.destinationId,
    lane.service,
    lane.equipment,
    lane.driverId,
    lane.equipmentId,
    lane.autoAssign,
    lane.suggestionId,
    now,
  ])
  return rows.length > 0
}

const INSERT = /* sql */ `
-- insert dedicated lane: $1 tenant, $2 id, $3 name, $4 customer, $5 origin, $6 destination, $7 service, $8 equipment type, $9 driver, $10 equipment, $11 auto assign, $12 suggestion, $13 now
INSERT INTO linehaul.dedicated_lane (tenant_id, id, name, customer_id, origin_id, destination_id, service, equipment,
  driver_id, equipment_id, auto_assign, suggestion_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (tenant_id, lower(name)) DO NOTHING
RETURNING id::text`

type Claim = Pick<NewLane, 'customerId' | 'originId' | 'destinationId' | 'service' | 'equipment'>

/** The oldest active lane that claims some of the same shipments. */
export async function findRival(
  tx: Executor,
  tenantId: string,
  { customerId, originId, destinationId, service, equipment }: Claim,
): Promise<{ id: string; name: string } | undefined> {
  const [rival] = await tx.query<{ id: string; name: string }>(FIND_RIVAL, [
    tenantId,
    customerId,
    originId,
    destinationId,
    service,
    equipment,
  ])
  return rival
}

const FIND_RIVAL = /* sql */ `
-- find rival lane: $1 tenant, $2 customer, $3 origin, $4 destination, $5 service or null, $6 equipment type or null
SELECT lane.id::text, lane.name
FROM linehaul.dedicated_lane AS lane
WHERE lane.tenant_id = $1
  AND lane.customer_id = $2::uuid
  AND lane.origin_id = $3::uuid
  AND lane.destination_id = $4::uuid
  AND lane.status = 'active'
  AND ${claimsInCommon('lane', '$5::text', '$6::text')}
ORDER BY lane.id
LIMIT 1`

/** Lets only one transaction at a time give lanes to a customer. */
export async function lockCustomer(tx: Executor, tenantId: string, customerId: string): Promise<void> {
  await tx.query(LOCK_CUSTOMER, [tenantId, customerId])
}

// NO KEY, so that shipments of this customer can be written meanwhile.
const LOCK_CUSTOMER = /* sql */ `
-- lock customer: $1 tenant, $2 id
SELECT FROM linehaul.customer
WHERE tenant_id = $1 AND id = $2::uuid
FOR NO KEY UPDATE`

export async function updateLaneStatus(
  db: Executor,
  tenantId: string,
  id: string,
  status: LaneStatus,
): Promise<void> {
  await db.query(UPDATE_STATUS, [tenantId, id, status])
}

const UPDATE_STATUS = /* sql */ `
-- update dedicated lane status: $1 tenant, $2 id, $3 status
UPDATE linehaul.dedicated_lane SET status = $3 WHERE tenant_id = $1 AND id = $2::uuid`

export interface LaneFilter {
  id: string | null
  customerId: string | null
  status: LaneStatus | null
  limit: number
  after: string | null
}

/** Newest first. */
export function selectLanes(db: Executor, tenantId: string, filter: LaneFilter): Promise<DedicatedLane[]> {
  const { id, customerId, status, limit, after } = filter
  return db.query<DedicatedLane>(SELECT, [tenantId, id, customerId, status, after, limit])
}

const SELECT = /* sql */ `
-- select dedicated lanes: $1 tenant, $2 id or null, $3 customer or null, $4 status or null, $5 after id or null, $6 limit
SELECT lane.id::text, lane.name, lane.status,
  jsonb_build_object('id', customer.id, 'name', customer.name) AS customer,
  jsonb_build_object('id', origin.id, 'name', origin.name) AS origin,
  jsonb_build_object('id', destination.id, 'name', destination.name) AS destination,
  lane.service, lane.equipment AS "equipmentType",
  CASE WHEN driver.id IS NOT NULL THEN jsonb_build_object('id', driver.id, 'name', driver.name) END AS driver,
  CASE WHEN gear.id IS NOT NULL THEN
    jsonb_build_object('id', gear.id, 'name', gear.name, 'type', gear.type) END AS equipment,
  lane.auto_assign AS "autoAssign", lane.suggestion_id::text AS "suggestionId", lane.created_at AS "createdAt"
FROM linehaul.dedicated_lane AS lane
JOIN linehaul.customer ON customer.tenant_id = $1 AND customer.id = lane.customer_id
JOIN linehaul.location AS origin ON origin.tenant_id = $1 AND origin.id = lane.origin_id
JOIN linehaul.location AS destination ON destination.tenant_id = $1 AND destination.id = lane.destination_id
LEFT JOIN linehaul.driver ON driver.tenant_id = $1 AND driver.id = lane.driver_id
LEFT JOIN linehaul.equipment AS gear ON gear.tenant_id = $1 AND gear.id = lane.equipment_id
WHERE lane.tenant_id = $1
  AND ($2::uuid IS NULL OR lane.id = $2)
  AND ($3::uuid IS NULL OR lane.customer_id = $3)
  AND ($4::text IS NULL OR lane.status = $4)
  AND ($5::uuid IS NULL OR lane.id < $5)
ORDER BY lane.id DESC
LIMIT $6`
