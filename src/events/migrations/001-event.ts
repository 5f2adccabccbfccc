import type { Migration } from '../../database/index.js'

export const event: Migration = {
  number: 1,
  name: 'event',
  sql: `
CREATE TABLE linehaul.event (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  data jsonb NOT NULL,
  actor text,
  correlation_id text,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX event_by_subject ON linehaul.event (tenant_id, subject, id);
`,
}
