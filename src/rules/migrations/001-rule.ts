import type { Migration } from '../../database/index.js'

export const rule: Migration = {
  number: 1,
  name: 'rule',
  sql: `
CREATE TABLE linehaul.rule (
  id uuid PRIMARY KEY,
  -- in the order in which they were made: whoever writes rules holds the lock of rule_version
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- NULL: for all tenants
  tenant_id text REFERENCES linehaul.tenant (id),
  name text NOT NULL,
  value jsonb NOT NULL,
  category text NOT NULL,
  effective_from timestamptz NOT NULL,
  -- the first instant at which it does not hold any more
  effective_until timestamptz,
  status text NOT NULL CHECK (status IN ('draft', 'active', 'revoked')),
  -- kind:id
  author text NOT NULL,
  created_at timestamptz NOT NULL,
  activated_at timestamptz,
  activated_by text,
  revoked_at timestamptz,
  revoked_by text,
  CHECK (effective_from < effective_until),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
  CHECK (status <> 'draft' OR activated_at IS NULL),
  CHECK (status <> 'active' OR activated_at IS NOT NULL),
  CHECK ((activated_at IS NULL) = (activated_by IS NULL)),
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE INDEX rule_by_tenant ON linehaul.rule (tenant_id, seq DESC);
CREATE INDEX rule_by_name ON linehaul.rule (name, seq DESC);

-- What each process compares with what it has in memory. One row; who writes rules holds its lock, so that no version is skipped.
CREATE TABLE linehaul.rule_version (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  version bigint NOT NULL
);
INSERT INTO linehaul.rule_version (version) VALUES (0);
`,
}
