import { claimsInCommon } from '../../lanes/store/criteria.js'

const SAME_LANE = (a: string, b: string) => `
  ${a}.customer_id = ${b}.customer_id
  AND ${a}.origin_id = ${b}.origin_id
  AND ${a}.destination_id = ${b}.destination_id
  AND ${a}.match_service IS NOT DISTINCT FROM ${b}.match_service
  AND ${a}.match_equipment IS NOT DISTINCT FROM ${b}.match_equipment`

/** Shipments that count, and the two parts of the lane's key that depend on exact matching. */
const COUNTED = `
  shipment.tenant_id = $1
  AND ($2::uuid[] IS NULL OR shipment.customer_id = ANY ($2))
  AND shipment.pickup_at BETWEEN $4 AND $5
  AND shipment.status <> 'Canceled'`
const MATCH_SERVICE = `CASE WHEN $7 THEN coalesce(shipment.service, '') END`
const MATCH_EQUIPMENT = `CASE WHEN $7 THEN coalesce(shipment.equipment, '') END`

/** The most frequent value of one column of "stated" for each lane. */
const MOST = (column: string) => `
  SELECT DISTINCT ON (number) number, ${column}, sum(shipments) AS shipments
  FROM stated
  WHERE ${column} IS NOT NULL
  GROUP BY number, ${column}
  ORDER BY number, sum(shipments) DESC, ${column}`

export const SURVEY = /* sql */ `
-- survey lanes: $1 tenant, $2 customers or null, $3 time zone, $4 window from, $5 now, $6 looked at since or null, $7 exact match, $8 least frequency, $9 reason of lapsed suggestions
WITH day AS (
  SELECT customer_id, origin_id, destination_id,
    ${MATCH_SERVICE} AS match_service,
    ${MATCH_EQUIPMENT} AS match_equipment,
    (pickup_at AT TIME ZONE $3)::date AS day,
    count(*) AS shipments, min(pickup_at) AS first_pickup_at, max(pickup_at) AS last_pickup_at
  FROM linehaul.shipment
  WHERE ${COUNTED}
  GROUP BY 1, 2, 3, 4, 5, 6
),
rejected AS (
  SELECT customer_id, origin_id, destination_id,
    CASE WHEN $7 THEN match_service END AS match_service,
    CASE WHEN $7 THEN match_equipment END AS match_equipment,
    max(decided_at) AS at
  FROM linehaul.lane_suggestion
  WHERE tenant_id = $1
    AND status = 'rejected'
    AND ($2::uuid[] IS NULL OR customer_id = ANY ($2))
  GROUP BY 1, 2, 3, 4, 5
),
lapsed AS (
  SELECT customer_id, origin_id, destination_id, match_service, match_equipment,
    max(last_pickup_at) AS last_pickup_at
  FROM linehaul.lane_suggestion
  WHERE tenant_id = $1
    AND status = 'expired'
    AND reason = $9
    AND ($2::uuid[] IS NULL OR customer_id = ANY ($2))
  GROUP BY 1, 2, 3, 4, 5
),
lane AS MATERIALIZED (
  SELECT day.customer_id, day.origin_id, day.destination_id, day.match_service, day.match_equipment,
    greatest(rejected.at, rejected_as_any.at) AS rejected_at,
    lapsed.last_pickup_at AS lapsed_pickup_at,
    count(*)::int AS frequency,
    sum(day.shipments)::int AS shipments,
    min(day.first_pickup_at) AS first_pickup_at,
    max(day.last_pickup_at) AS last_pickup_at,
    (count(*) FILTER (WHERE day.last_pickup_at > greatest(rejected.at, rejected_as_any.at)))::int AS frequency_since_rejection
  FROM day
  LEFT JOIN rejected ON ${SAME_LANE('rejected', 'day')}
  -- while exact matching was off, the lane of any service and equipment was rejected, this one with it
  LEFT JOIN rejected AS rejected_as_any ON $7
    AND rejected_as_any.match_service IS NULL
    AND rejected_as_any.customer_id = day.customer_id
    AND rejected_as_any.origin_id = day.origin_id
    AND rejected_as_any.destination_id = day.destination_id
  LEFT JOIN lapsed ON ${SAME_LANE('lapsed', 'day')}
  GROUP BY 1, 2, 3, 4, 5, 6, 7
  HAVING $6::timestamptz IS NULL OR max(day.last_pickup_at) >= $6
),
pending AS MATERIALIZED (
  SELECT id, customer_id, origin_id, destination_id, match_service, match_equipment
  FROM linehaul.lane_suggestion
  WHERE tenant_id = $1
    AND status = 'pending'
    AND ($2::uuid[] IS NULL OR customer_id = ANY ($2))
),
weighed AS (
  SELECT lane.*, pending.id AS pending_id, EXISTS (
    SELECT FROM linehaul.dedicated_lane AS taken
    WHERE taken.tenant_id = $1
      AND taken.status = 'active'
      AND taken.customer_id = lane.customer_id
      AND taken.origin_id = lane.origin_id
      AND taken.destination_id = lane.destination_id
      AND ${claimsInCommon('taken', 'lane.match_service', 'lane.match_equipment')}
  ) AS covered
  FROM lane
  LEFT JOIN pending ON ${SAME_LANE('pending', 'lane')}
  WHERE lane.frequency >= $8 OR pending.id IS NOT NULL
),
candidate AS MATERIALIZED (
  SELECT row_number() OVER ()::int AS number, *
  FROM weighed
  WHERE pending_id IS NOT NULL OR NOT covered
),
stated AS MATERIALIZED (
  SELECT candidate.number, part.*
  FROM (
    SELECT customer_id, origin_id, destination_id,
      service, equipment, currency,
      count(*) AS shipments, count(freight_charge) AS charges, sum(freight_charge) AS charge
    FROM linehaul.shipment
    WHERE ${COUNTED}
    GROUP BY 1, 2, 3, 4, 5, 6
  ) AS part
  JOIN candidate USING (customer_id, origin_id, destination_id)
  WHERE NOT $7 OR (coalesce(part.service, '') = match_service AND coalesce(part.equipment, '') = match_equipment)
),
most_service AS (${MOST('service')}),
most_equipment AS (${MOST('equipment')}),
most_currency AS (
  SELECT DISTINCT ON (number) number, currency, sum(charge) AS charge
  FROM stated
  WHERE charges > 0
  GROUP BY number, currency
  ORDER BY number, sum(charges) DESC, currency
),
answer AS (
  SELECT 'lane' AS kind, pending_id::text AS "pendingId", covered,
    rejected_at AS "rejectedAt", frequency_since_rejection AS "frequencySinceRejection",
    lapsed_pickup_at AS "lapsedPickupAt",
    customer_id::text AS "customerId", origin_id::text AS "originId", destination_id::text AS "destinationId",
    match_service AS "matchService", match_equipment AS "matchEquipment",
    frequency, candidate.shipments AS "shipmentCount",
    first_pickup_at AS "firstPickupAt", last_pickup_at AS "lastPickupAt",
    charge::float8 AS "totalFreightCharge", currency,
    service, (most_service.shipments / candidate.shipments)::float8 AS "serviceShare",
    equipment, (most_equipment.shipments / candidate.shipments)::float8 AS "equipmentShare",
    (SELECT name FROM linehaul.location WHERE tenant_id = $1 AND id = origin_id) AS "originName",
    (SELECT name FROM linehaul.location WHERE tenant_id = $1 AND id = destination_id) AS "destinationName"
  FROM candidate
  LEFT JOIN most_service USING (number)
  LEFT JOIN most_equipment USING (number)
  LEFT JOIN most_currency USING (number)
  UNION ALL
  SELECT 'orphan', id::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM pending
  WHERE NOT EXISTS (SELECT FROM candidate WHERE candidate.pending_id = pending.id)
    AND ($6::timestamptz IS NULL OR (match_service IS NOT NULL) <> $7)
)
SELECT (SELECT count(*)::int FROM lane) AS analyzed, answer.*
FROM (SELECT) AS always
LEFT JOIN answer ON true`
