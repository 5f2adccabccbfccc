import type { Migration } from '../../database/index.js'

export const apiKey: Migration = {
  number: 2,
  name: 'api-key',
  sql: `
CREATE TABLE linehaul.api_key (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  name text NOT NULL,
  hash text NOT NULL CONSTRAINT api_key_hash UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT api_key_name UNIQUE (tenant_id, name)
);
`,
}
