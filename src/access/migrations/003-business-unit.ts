import type { Migration } from '../../database/index.js'

export const businessUnit: Migration = {
  number: 3,
  name: 'business-unit',
  sql: `
CREATE TABLE linehaul.business_unit (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- what refers to a unit names its tenant as well, so that nothing is in a unit of another tenant
  CONSTRAINT business_unit_of_tenant UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX business_unit_name ON linehaul.business_unit (tenant_id, lower(name));
`,
}
