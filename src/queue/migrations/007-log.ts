import type { Migration } from '../../database/index.js'

/** What attempts had to say. */
export const log: Migration = {
  number: 7,
  name: 'log',
  sql: `
CREATE TABLE linehaul.job_log (
  job_id uuid NOT NULL,
  -- The attempt's claim and the line's number in it: a line that is written again, because an answer was lost, is the same.
  fence uuid NOT NULL,
  n integer NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id text NOT NULL,
  attempt integer NOT NULL,
  at timestamptz NOT NULL,
  level text NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message text NOT NULL,
  data jsonb,
  -- The first day on which it may be forgotten.
  expires_on date NOT NULL,
  PRIMARY KEY (job_id, fence, n)
);
CREATE INDEX job_log_expiry ON linehaul.job_log (expires_on);

-- The one state whose jobs no other index finds, for counting them.
CREATE INDEX job_blocked ON linehaul.job (queue) WHERE state = 'blocked';
`,
}
