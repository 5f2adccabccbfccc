import type { Migration } from '../../../database/index.js'

/** Makes rules of what tenants have set so far. The table stays for processes of the version before. */
export const patternRules: Migration = {
  number: 3,
  name: 'pattern-rules',
  sql: `
-- As whoever writes rules does.
UPDATE linehaul.rule_version SET version = version + 1;

-- Only what differs from the defaults of then: the rest shall follow what is set for all tenants.
INSERT INTO linehaul.rule
  (id, tenant_id, name, value, category, effective_from, status, author, created_at, activated_at, activated_by)
SELECT gen_random_uuid(), c.tenant_id, 'freight.pattern.' || s.name, s.value, 'freight.pattern', c.updated_at,
  'active', 'system:upgrade', c.updated_at, c.updated_at, 'system:upgrade'
FROM linehaul.pattern_config c
CROSS JOIN LATERAL (VALUES
  ('enabled', to_jsonb(c.enabled), 'true'::jsonb),
  ('min_frequency', to_jsonb(c.min_frequency), '3'),
  ('analysis_window_days', to_jsonb(c.analysis_window_days), '90'),
  ('min_confidence_score', to_jsonb(c.min_confidence_score), '0.7'),
  ('suggestion_ttl_days', to_jsonb(c.suggestion_ttl_days), '30'),
  ('require_exact_match', to_jsonb(c.require_exact_match), 'false'),
  ('weight_recent_shipments', to_jsonb(c.weight_recent_shipments), 'true')
) AS s (name, value, usual)
WHERE s.value <> s.usual
ORDER BY c.tenant_id, s.name;
`,
}
