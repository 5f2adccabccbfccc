import type { Executor } from '../../../../database/index.js'
import type { Suggestion, SuggestionStatus } from '../suggestion.js'

const COLUMNS = `
  stored.id::text, stored.status, stored.suggested_name AS "suggestedName",
  jsonb_build_object('id', customer.id, 'name', customer.name) AS customer,
  jsonb_build_object('id', origin.id, 'name', origin.name) AS origin,
  jsonb_build_object('id', destination.id, 'name', destination.name) AS destination,
  stored.match_service AS "matchService", stored.match_equipment AS "matchEquipment",
  stored.service, stored.service_share AS "serviceShare",
  stored.equipment, stored.equipment_share AS "equipmentShare",
  stored.confidence::float8, stored.factors, stored.frequency, stored.shipment_count AS "shipmentCount",
  stored.first_pickup_at AS "firstPickupAt", stored.last_pickup_at AS "lastPickupAt",
  stored.total_freight_charge::float8 AS "totalFreightCharge", stored.currency,
  stored.window_from AS "windowFrom", stored.window_to AS "windowTo",
  stored.analyzed_at AS "analyzedAt", stored.expires_at AS "expiresAt",
  stored.decided_at AS "decidedAt", stored.decided_by AS "decidedBy", stored.reason,
  stored.dedicated_lane_id::text AS "dedicatedLaneId",
  stored.created_at AS "createdAt", stored.updated_at AS "updatedAt"`

const FROM = `
FROM linehaul.lane_suggestion AS stored
JOIN linehaul.customer ON customer.tenant_id = $1 AND customer.id = stored.customer_id
JOIN linehaul.location AS origin ON origin.tenant_id = $1 AND origin.id = stored.origin_id
JOIN linehaul.location AS destination ON destination.tenant_id = $1 AND destination.id = stored.destination_id`

export interface SuggestionFilter {
  status: SuggestionStatus
  customerId: string | null
  limit: number
  after: string | null
  /** A pending one whose time is over by then is no longer listed. */
  now: Date
}

/** Most confident first. A page after a suggestion that is gone from the list begins where it stood. */
export function selectSuggestions(
  db: Executor,
  tenantId: string,
  { status, customerId, limit, after, now }: SuggestionFilter,
): Promise<Suggestion[]> {
  return db.query<Suggestion>(SELECT_PAGE, [tenantId, status, customerId, after, limit, now])
}

const SELECT_PAGE = /* sql */ `
-- select suggestions: $1 tenant, $2 status, $3 customer or null, $4 after id or null, $5 limit, $6 now
SELECT ${COLUMNS}
${FROM}
LEFT JOIN linehaul.lane_suggestion AS seen ON seen.tenant_id = $1 AND seen.id = $4::uuid
WHERE stored.tenant_id = $1
  AND stored.status = $2
  AND (stored.status <> 'pending' OR stored.expires_at > $6)
  AND ($3::uuid IS NULL OR stored.customer_id = $3)
  AND (seen.id IS NULL
    OR stored.confidence < seen.confidence
    OR (stored.confidence = seen.confidence AND stored.id > seen.id))
ORDER BY stored.confidence DESC, stored.id
LIMIT $5`

export async function selectSuggestion(
  db: Executor,
  tenantId: string,
  id: string,
): Promise<Suggestion | undefined> {
  const [suggestion] = await db.query<Suggestion>(SELECT_ONE, [tenantId, id])
  return suggestion
}

const SELECT_ONE = /* sql */ `
-- select suggestion: $1 tenant, $2 id
SELECT ${COLUMNS}
${FROM}
WHERE stored.tenant_id = $1 AND stored.id = $2::uuid`
