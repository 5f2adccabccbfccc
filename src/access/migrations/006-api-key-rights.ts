import type { Migration } from '../../database/index.js'

export const apiKeyRights: Migration = {
  number: 6,
  name: 'api-key-rights',
  sql: `
ALTER TABLE linehaul.api_key
  -- until now every key was allowed everything in its tenant; the first one is of the whole instance
  ADD COLUMN role text NOT NULL DEFAULT 'admin'
    CONSTRAINT api_key_role CHECK (role IN ('viewer', 'operator', 'manager', 'admin', 'owner')),
  -- null: all that the role may
  ADD COLUMN scopes text[] CONSTRAINT api_key_scopes CHECK (cardinality(scopes) > 0),
  ADD COLUMN business_unit_id uuid,
  ADD COLUMN created_by text,
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN last_used_at timestamptz,
  ADD COLUMN revoked_at timestamptz,
  ADD CONSTRAINT api_key_unit FOREIGN KEY (tenant_id, business_unit_id)
    REFERENCES linehaul.business_unit (tenant_id, id);
UPDATE linehaul.api_key SET role = 'owner' WHERE tenant_id = 'default';
ALTER TABLE linehaul.api_key ALTER COLUMN role DROP DEFAULT;
-- a tenant's keys are listed in the order of their ids, which are of UUID version 7
CREATE INDEX api_key_by_tenant ON linehaul.api_key (tenant_id, id);
`,
}
