import type { Migration } from '../../database/index.js'

/**
 * What the complete engine keeps of each job. Every new column has a default, so that workers of the version before go on
 * working while and after it is applied; tables are touched in the order in which a finish touches them, so that no two
 * wait for each other.
 */
export const engine: Migration = {
  number: 2,
  name: 'engine',
  sql: `
-- A tick locks its schedule before it puts in a job, and later steps change both tables.
LOCK TABLE linehaul.schedule IN ACCESS EXCLUSIVE MODE;

ALTER TABLE linehaul.job
  -- The business object it is about, kind:id.
  ADD COLUMN subject text,
  -- What the enqueuer hands to the attempt besides the payload, such as a trace: a flat map of strings.
  ADD COLUMN context jsonb,
  -- The limits it counts against; NULL: none, and then it is never held.
  ADD COLUMN limit_keys text[],
  -- {percent, step, message, at}
  ADD COLUMN progress jsonb,
  -- Whether a job may wait for this one to end.
  ADD COLUMN has_waiters boolean NOT NULL DEFAULT false,
  -- What becomes of it when one that it waits for does not end well.
  ADD COLUMN on_parent_dead text CHECK (on_parent_dead IN ('cancel', 'run')),
  -- Whether its unique key stays taken until it has finished, not only until it starts.
  ADD COLUMN exclusive boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT job_state_check,
  ADD CONSTRAINT job_state_check CHECK (state IN ('scheduled', 'blocked', 'held', 'waiting', 'running'));

ALTER TABLE linehaul.job_archive
  -- Of the claim that ended it.
  ADD COLUMN fence uuid,
  ADD COLUMN subject text,
  ADD COLUMN context jsonb,
  ADD COLUMN limit_keys text[],
  ADD COLUMN progress jsonb,
  ADD COLUMN has_waiters boolean NOT NULL DEFAULT false,
  ADD COLUMN on_parent_dead text,
  ADD COLUMN exclusive boolean NOT NULL DEFAULT false;

-- A claim walks from tenant to tenant inside a queue; what has lost a worker is found by itself.
DROP INDEX linehaul.job_ready;
CREATE INDEX job_ready ON linehaul.job (queue, tenant_id, priority, run_at, seq) WHERE state = 'waiting' AND losses = 0;
CREATE INDEX job_held ON linehaul.job (limit_keys, tenant_id, priority, run_at, seq) WHERE state = 'held';
CREATE INDEX job_limited ON linehaul.job USING gin (limit_keys) WITH (fastupdate = off)
  WHERE limit_keys IS NOT NULL AND state IN ('waiting', 'running');
CREATE INDEX job_by_subject ON linehaul.job (tenant_id, subject, id) WHERE subject IS NOT NULL;
CREATE INDEX job_archive_by_subject ON linehaul.job_archive (tenant_id, subject, id) WHERE subject IS NOT NULL;

-- Workers of the version before name a narrower set of states on a clash; this index serves them all the same.
DROP INDEX linehaul.job_unique;
CREATE UNIQUE INDEX job_unique ON linehaul.job (tenant_id, name, unique_key)
  WHERE unique_key IS NOT NULL AND state IN ('scheduled', 'blocked', 'held', 'waiting');
CREATE UNIQUE INDEX job_exclusive ON linehaul.job (tenant_id, name, unique_key)
  WHERE unique_key IS NOT NULL AND exclusive;

-- A unique key that stays taken for a while, even after its job has finished.
CREATE TABLE linehaul.job_window (
  tenant_id text NOT NULL,
  name text NOT NULL,
  unique_key text NOT NULL,
  job_id uuid NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name, unique_key)
);
CREATE INDEX job_window_until ON linehaul.job_window (until);

-- What is not to run at present: a queue, a tenant, a definition, or a tenant's part of a queue or definition; '' is any.
CREATE TABLE linehaul.pause (
  tenant_id text NOT NULL DEFAULT '',
  queue text NOT NULL DEFAULT '',
  name text NOT NULL DEFAULT '',
  paused_by text NOT NULL,
  reason text NOT NULL,
  paused_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, queue, name),
  CHECK (tenant_id <> '' OR queue <> '' OR name <> ''),
  CHECK (queue = '' OR name = '')
);
`,
}
