import type { Executor } from '../../../../database/index.js'
import type { Factor } from '../../patterns/confidence.js'
import type { LaneFigures } from '../../patterns/lane-figures.js'

/** A suggestion as an analysis leaves it. */
export interface SuggestionFigures extends Omit<LaneFigures, 'originName' | 'destinationName'> {
  id: string
  confidence: number
  factors: readonly Factor[]
  suggestedName: string
}

/** What one run's suggestions have in common. */
export interface Run {
  tenantId: string
  windowFrom: Date
  now: Date
  /** When suggestions of this run lapse. */
  expiresAt: Date
}

/** Locks suggestions in one order, so that analyses that meet wait for each other instead of for ever. */
export async function lockSuggestions(tx: Executor, tenantId: string, ids: readonly string[]): Promise<void> {
  await tx.query(LOCK, [tenantId, ids])
}

const LOCK = /* sql */ `
-- lock suggestions: $1 tenant, $2 ids
SELECT FROM linehaul.lane_suggestion
WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
ORDER BY id
FOR NO KEY UPDATE`

/** Adds pending suggestions; a lane that got one meanwhile, or was decided on meanwhile, is left alone. @returns those added, best first. */
export async function insertSuggestions(
  tx: Executor,
  run: Run,
  suggestions: readonly SuggestionFigures[],
): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(INSERT, parametersOf(run, suggestions))
  const added = new Set(rows.map(({ id }) => id))
  const best = suggestions.toSorted((a, b) => b.confidence - a.confidence)
  return best.map(({ id }) => id).filter((id) => added.has(id))
}

/** Puts newer figures into suggestions that are still pending. @returns how many. */
export async function refreshSuggestions(
  tx: Executor,
  run: Run,
  suggestions: readonly SuggestionFigures[],
): Promise<number> {
  const rows = await tx.query(REFRESH, parametersOf(run, suggestions))
  return rows.length
}

function parametersOf(run: Run, suggestions: readonly SuggestionFigures[]): unknown[] {
  return [run.tenantId, JSON.stringify(suggestions), run.windowFrom, run.now, run.expiresAt]
}

const GIVEN = `
jsonb_to_recordset($2::jsonb) AS given (id uuid, "customerId" uuid, "originId" uuid, "destinationId" uuid,
  "matchService" text, "matchEquipment" text, service text, "serviceShare" float8, equipment text,
  "equipmentShare" float8, confidence numeric, factors jsonb, frequency int, "shipmentCount" int,
  "firstPickupAt" timestamptz, "lastPickupAt" timestamptz, "totalFreightCharge" numeric, currency text,
  "suggestedName" text)`

const INSERT = /* sql */ `
-- insert suggestions: $1 tenant, $2 suggestions, $3 window from, $4 now, $5 expires at
INSERT INTO linehaul.lane_suggestion (tenant_id, id, customer_id, origin_id, destination_id, match_service,
  match_equipment, service, service_share, equipment, equipment_share, confidence, factors, frequency, shipment_count,
  first_pickup_at, last_pickup_at, total_freight_charge, currency, suggested_name, window_from, window_to, analyzed_at,
  expires_at, created_at, updated_at)
SELECT $1, id, "customerId", "originId", "destinationId", "matchService",
  "matchEquipment", service, "serviceShare", equipment, "equipmentShare", confidence, factors, frequency,
  "shipmentCount", "firstPickupAt", "lastPickupAt", "totalFreightCharge", currency, "suggestedName", $3, $4, $4, $5, $4, $4
FROM ${GIVEN}
WHERE NOT EXISTS (
  SELECT FROM linehaul.lane_suggestion AS decided
  WHERE decided.tenant_id = $1
    AND decided.customer_id = "customerId"
    AND decided.origin_id = "originId"
    AND decided.destination_id = "destinationId"
    AND decided.match_service IS NOT DISTINCT FROM "matchService"
    AND decided.match_equipment IS NOT DISTINCT FROM "matchEquipment"
    AND decided.decided_at > $4
)
ORDER BY "customerId", "originId", "destinationId", "matchService", "matchEquipment"
ON CONFLICT (tenant_id, customer_id, origin_id, destination_id, match_service, match_equipment)
  WHERE status = 'pending' DO NOTHING
RETURNING id::text AS "id"`

const REFRESH = /* sql */ `
-- refresh suggestions: $1 tenant, $2 suggestions, $3 window from, $4 now, $5 expires at
UPDATE linehaul.lane_suggestion AS stored
SET service = given.service, service_share = given."serviceShare",
    equipment = given.equipment, equipment_share = given."equipmentShare",
    confidence = given.confidence, factors = given.factors,
    frequency = given.frequency, shipment_count = given."shipmentCount",
    first_pickup_at = given."firstPickupAt", last_pickup_at = given."lastPickupAt",
    total_freight_charge = given."totalFreightCharge", currency = given.currency,
    suggested_name = given."suggestedName",
    window_from = $3, window_to = $4, analyzed_at = $4, updated_at = $4,
    expires_at = CASE WHEN given."lastPickupAt" > stored.last_pickup_at THEN $5 ELSE stored.expires_at END
FROM ${GIVEN}
WHERE stored.tenant_id = $1
  AND stored.id = given.id
  AND stored.status = 'pending'
  AND stored.analyzed_at <= $4
RETURNING stored.id::text`
