import type { Executor } from '../../../../database/index.js'
import type { PatternConfig, PatternSettings } from '../config.js'

const COLUMNS = `
  enabled, min_frequency AS "minFrequency", analysis_window_days AS "analysisWindowDays",
  min_confidence_score::float8 AS "minConfidenceScore", suggestion_ttl_days AS "suggestionTtlDays",
  require_exact_match AS "requireExactMatch", weight_recent_shipments AS "weightRecentShipments", version`

export async function selectConfig(db: Executor, tenantId: string): Promise<PatternConfig | undefined> {
  const [config] = await db.query<PatternConfig>(SELECT, [tenantId])
  return config
}

const SELECT = /* sql */ `
-- select pattern config: $1 tenant
SELECT ${COLUMNS}
FROM linehaul.pattern_config
WHERE tenant_id = $1`

/** `undefined` when the stored version is another than `version`, where 0 stands for: not stored yet. */
export async function saveConfig(
  db: Executor,
  tenantId: string,
  settings: PatternSettings,
  version: number,
): Promise<PatternConfig | undefined> {
  const [config] = await db.query<PatternConfig>(version === 0 ? INSERT : UPDATE, [
    tenantId,
    settings.enabled,
    settings.minFrequency,
    settings.analysisWindowDays,
    settings.minConfidenceScore,
    settings.suggestionTtlDays,
    settings.requireExactMatch,
    settings.weightRecentShipments,
    version + 1,
  ])
  return config
}

const INSERT = /* sql */ `
-- insert pattern config: $1 tenant, $2 enabled, $3 min frequency, $4 window days, $5 min confidence, $6 ttl days, $7 exact match, $8 weight recent, $9 version
INSERT INTO linehaul.pattern_config (tenant_id, enabled, min_frequency, analysis_window_days, min_confidence_score,
  suggestion_ttl_days, require_exact_match, weight_recent_shipments, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id) DO NOTHING
RETURNING ${COLUMNS}`

const UPDATE = /* sql */ `
-- update pattern config: $1 tenant, $2 enabled, $3 min frequency, $4 window days, $5 min confidence, $6 ttl days, $7 exact match, $8 weight recent, $9 new version
UPDATE linehaul.pattern_config
SET enabled = $2, min_frequency = $3, analysis_window_days = $4, min_confidence_score = $5,
    suggestion_ttl_days = $6, require_exact_match = $7, weight_recent_shipments = $8, version = $9,
    updated_at = now()
WHERE tenant_id = $1 AND version = $9 - 1
RETURNING ${COLUMNS}`
