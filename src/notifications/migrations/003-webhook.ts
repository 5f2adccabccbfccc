import type { Migration } from '../../database/index.js'

export const webhook: Migration = {
  number: 3,
  name: 'webhook',
  sql: `
CREATE TABLE linehaul.webhook (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES linehaul.tenant (id),
  url text NOT NULL,
  -- patterns of the types of events it hears of
  events text[] NOT NULL,
  description text NOT NULL,
  is_enabled boolean NOT NULL DEFAULT true,
  -- why it is not enabled any more, where that was not a person's wish
  disabled_because text,
  -- until when the secret before the current one still signs as well
  former_secret_until timestamptz,
  -- since when nothing has arrived; null once something has
  failing_since timestamptz,
  last_success_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (NOT is_enabled OR disabled_because IS NULL)
);
CREATE INDEX webhook_by_tenant ON linehaul.webhook (tenant_id, id);
`,
}
