import type { Migration } from '../../database/index.js'

export const tenant: Migration = {
  number: 1,
  name: 'tenant',
  sql: `
CREATE TABLE linehaul.tenant (
  id text PRIMARY KEY,
  name text NOT NULL,
  -- an IANA name: its days begin and its schedules run on clocks of this zone
  time_zone text NOT NULL DEFAULT 'UTC'
);
INSERT INTO linehaul.tenant (id, name) VALUES ('default', 'Default');
`,
}
