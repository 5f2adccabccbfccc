import type { Migration } from '../../database/index.js'

/** Who waits for whom: a part of a flow for its parents, a job for the children that it asked for. */
export const flow: Migration = {
  number: 5,
  name: 'flow',
  sql: `
-- No foreign keys: a job that finishes moves to another table.
CREATE TABLE linehaul.job_wait (
  waiter_id uuid NOT NULL,
  awaited_id uuid NOT NULL,
  -- In which order the waiter named them.
  position integer NOT NULL,
  -- NULL: the waiter may not start yet.
  ended_at timestamptz,
  PRIMARY KEY (waiter_id, awaited_id)
);
CREATE INDEX job_wait_open_by_awaited ON linehaul.job_wait (awaited_id) WHERE ended_at IS NULL;
CREATE INDEX job_wait_open_by_waiter ON linehaul.job_wait (waiter_id, position) WHERE ended_at IS NULL;
`,
}
