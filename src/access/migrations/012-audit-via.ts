import type { Migration } from '../../database/index.js'

export const auditVia: Migration = {
  number: 12,
  name: 'audit-via',
  sql: `
ALTER TABLE linehaul.audit_entry
  -- identity-provider:id, where somebody else than Linehaul says who the actor is
  ADD COLUMN via text;
`,
}
