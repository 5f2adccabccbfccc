import type { Migration } from '../../database/index.js'

export const liveEvent: Migration = {
  number: 2,
  name: 'live-event',
  sql: `
CREATE TABLE linehaul.live_event (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  stream text NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL,
  needs text NOT NULL,
  key text,
  at timestamptz NOT NULL DEFAULT now(),
  -- given by the relay, after the commit that wrote the event
  number bigint,
  UNIQUE (tenant_id, stream, key)
);
CREATE UNIQUE INDEX live_event_by_number ON linehaul.live_event (tenant_id, stream, number) WHERE number IS NOT NULL;
CREATE INDEX live_event_unnumbered ON linehaul.live_event (id) WHERE number IS NULL;

-- the last number that each stream has had, which outlives its events
CREATE TABLE linehaul.live_stream (
  tenant_id text NOT NULL,
  stream text NOT NULL,
  last_number bigint NOT NULL,
  PRIMARY KEY (tenant_id, stream)
);
`,
}
