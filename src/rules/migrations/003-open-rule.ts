import type { Migration } from '../../database/index.js'

export const openRule: Migration = {
  number: 3,
  name: 'open-rule',
  sql: `
-- Whoever makes a rule looks at those of its name that are in force, and holds the lock of rule_version meanwhile.
CREATE INDEX rule_open ON linehaul.rule (name, tenant_id) WHERE status = 'active';
`,
}
