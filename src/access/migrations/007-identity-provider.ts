import type { Migration } from '../../database/index.js'

export const identityProvider: Migration = {
  number: 7,
  name: 'identity-provider',
  sql: `
CREATE TABLE linehaul.identity_provider (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  name text NOT NULL,
  issuer text NOT NULL,
  audience text NOT NULL,
  jwks_url text NOT NULL,
  -- where in a token its roles are; roles: which of ours its values are
  role_claim text,
  roles jsonb NOT NULL,
  -- null: who has none of the mapped roles does not get in
  default_role text CONSTRAINT identity_provider_role
    CHECK (default_role IN ('viewer', 'operator', 'manager', 'admin')),
  business_unit_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  CONSTRAINT identity_provider_name UNIQUE (tenant_id, name),
  -- of all tenants: a token belongs to one of them
  CONSTRAINT identity_provider_token UNIQUE (issuer, audience),
  CONSTRAINT identity_provider_unit FOREIGN KEY (tenant_id, business_unit_id)
    REFERENCES linehaul.business_unit (tenant_id, id)
);
CREATE INDEX identity_provider_by_tenant ON linehaul.identity_provider (tenant_id, id);
`,
}
