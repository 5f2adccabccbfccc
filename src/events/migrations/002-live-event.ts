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
  -- both are given by the relay, after the commit that wrote the event: within its stream, and among all
  number bigint,
  position bigint,
  UNIQUE (tenant_id, stream, key),
  CHECK ((number IS NULL) = (position IS NULL))
);
CREATE UNIQUE INDEX live_event_by_number ON linehaul.live_event (tenant_id, stream, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX live_event_by_position ON linehaul.live_event (position) WHERE position IS NOT NULL;
CREATE INDEX live_event_unnumbered ON linehaul.live_event (id) WHERE number IS NULL;

-- the last number that each stream has had, which outlives its events
CREATE TABLE linehaul.live_stream (
  tenant_id text NOT NULL,
  stream text NOT NULL,
  last_number bigint NOT NULL,
  -- of a job, which nobody follows for ever, some days after its last event
  expires_at timestamptz NOT NULL DEFAULT 'infinity',
  PRIMARY KEY (tenant_id, stream)
);

-- one row: who locks it numbers events
CREATE TABLE linehaul.live_relay (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  last_position bigint NOT NULL
);
INSERT INTO linehaul.live_relay (last_position) VALUES (0);
`,
}
