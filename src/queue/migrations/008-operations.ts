import type { Migration } from '../../database/index.js'

/** What people need who look after jobs: to find and to count them among millions, and to learn how fast a queue drains. */
export const operations: Migration = {
  number: 8,
  name: 'operations',
  sql: `
-- A job on its straight way, from waiting to the archive, never touches it.
CREATE INDEX job_resting ON linehaul.job (tenant_id, state, queue)
  WHERE state IN ('scheduled', 'blocked', 'held');

-- By definition, so that a rare one is found among millions of others; a list of all of them merges the definitions.
DROP INDEX linehaul.job_archive_by_tenant;
CREATE INDEX job_archive_by_definition ON linehaul.job_archive (tenant_id, queue, name, id);
CREATE INDEX job_archive_not_done ON linehaul.job_archive (tenant_id, state, id) WHERE state <> 'done';

-- How many attempts of a queue end in a second, as each worker measured it lately.
CREATE TABLE linehaul.queue_rate (
  queue text NOT NULL,
  worker_id uuid NOT NULL,
  per_second double precision NOT NULL CHECK (per_second >= 0),
  measured_at timestamptz NOT NULL,
  PRIMARY KEY (queue, worker_id)
);
`,
}
