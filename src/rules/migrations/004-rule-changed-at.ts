import type { Migration } from '../../database/index.js'

export const ruleChangedAt: Migration = {
  number: 4,
  name: 'rule-changed-at',
  sql: `
-- When rules were last changed, by the database's clock: no later change is told to be earlier. NULL until the first.
ALTER TABLE linehaul.rule_version ADD COLUMN changed_at timestamptz;
-- The clocks of hosts that have written so far may have been ahead: nothing is told to have been in the future.
UPDATE linehaul.rule_version
SET changed_at = least(last.at, date_trunc('milliseconds', now()))
FROM (SELECT max(greatest(created_at, activated_at, revoked_at)) AS at FROM linehaul.rule) last
WHERE last.at IS NOT NULL;
`,
}
