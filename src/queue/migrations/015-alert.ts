import type { Migration } from '../../database/index.js'

/** What is wrong with a tenant's queues, and from when on it is. */
export const alert: Migration = {
  number: 15,
  name: 'alert',
  sql: `
CREATE TABLE linehaul.alert (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  queue text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('failure-rate', 'oldest-waiting', 'dead-growth', 'late-schedule', 'no-worker')),
  raised_at timestamptz NOT NULL,
  -- NULL: it is open.
  cleared_at timestamptz,
  -- What was measured when it was raised, and from which value on it is.
  value double precision NOT NULL,
  threshold double precision NOT NULL
);
CREATE UNIQUE INDEX alert_open ON linehaul.alert (tenant_id, queue, kind) WHERE cleared_at IS NULL;
CREATE INDEX alert_by_tenant ON linehaul.alert (tenant_id, id);

-- Where people want a queue's alerts otherwise than the code says.
CREATE TABLE linehaul.alert_threshold (
  tenant_id text NOT NULL,
  queue text NOT NULL,
  -- Only what differs.
  changes jsonb NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  PRIMARY KEY (tenant_id, queue)
);
`,
}
