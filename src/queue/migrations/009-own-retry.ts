import type { Migration } from '../../database/index.js'

/** A job may be tried otherwise than its definition says, and who paused and resumed what is remembered. */
export const ownRetry: Migration = {
  number: 9,
  name: 'own-retry',
  sql: `
-- {backoff?: {base?, cap?, jitter?}, timeout?}: where its request says otherwise than its definition; NULL: nowhere.
ALTER TABLE linehaul.job ADD COLUMN retry jsonb;
ALTER TABLE linehaul.job_archive ADD COLUMN retry jsonb;

-- Pauses that are over; one that stands is in the table of pauses alone.
CREATE TABLE linehaul.pause_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL,
  queue text NOT NULL,
  name text NOT NULL,
  paused_by text NOT NULL,
  reason text NOT NULL,
  paused_at timestamptz NOT NULL,
  resumed_by text NOT NULL,
  resumed_at timestamptz NOT NULL,
  CHECK (tenant_id <> '' OR queue <> '' OR name <> ''),
  CHECK (queue = '' OR name = '')
);
CREATE INDEX pause_history_resumed_at ON linehaul.pause_history (resumed_at);
`,
}
