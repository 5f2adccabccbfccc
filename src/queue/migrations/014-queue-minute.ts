import type { Migration } from '../../database/index.js'

/** What happened in each queue, minute by minute: of this charts are drawn and alerts are raised. */
export const queueMinute: Migration = {
  number: 14,
  name: 'queue-minute',
  sql: `
CREATE TABLE linehaul.queue_minute (
  tenant_id text NOT NULL,
  minute timestamptz NOT NULL,
  queue text NOT NULL,
  name text NOT NULL,
  done integer NOT NULL,
  dead integer NOT NULL,
  cancelled integer NOT NULL,
  -- Attempts that failed and are tried again.
  failed integer NOT NULL,
  enqueued integer NOT NULL,
  -- Of the attempts that ended in one of the first four ways.
  run_ms double precision NOT NULL,
  max_run_ms double precision NOT NULL,
  wait_ms double precision NOT NULL,
  PRIMARY KEY (tenant_id, minute, queue, name)
-- A minute's row is written several times: the room lets it stay where it is.
) WITH (fillfactor = 70);
CREATE INDEX queue_minute_by_minute ON linehaul.queue_minute (minute);
`,
}
