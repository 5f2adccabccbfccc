import type { Migration } from '../../database/index.js'

export const secret: Migration = {
  number: 10,
  name: 'secret',
  sql: `
CREATE TABLE linehaul.secret (
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  name text NOT NULL,
  -- what it is for, for people
  purpose text NOT NULL,
  -- the key that it lies under
  key_id text NOT NULL,
  -- nonce, tag and ciphertext, as base64; tenant and name belong to it, so that it is of no use in another row
  sealed text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);
`,
}
