import type { Migration } from '../../database/index.js'

export const changedRule: Migration = {
  number: 2,
  name: 'changed-rule',
  sql: `
-- The version of rule_version that last changed the rule: processes read what they have not seen, and not all of it.
ALTER TABLE linehaul.rule ADD COLUMN version bigint NOT NULL DEFAULT 0;
CREATE INDEX rule_by_version ON linehaul.rule (version);
`,
}
