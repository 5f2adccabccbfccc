import type { Migration } from '../../database/index.js'

export const job: Migration = {
  number: 1,
  name: 'job',
  sql: `
CREATE TABLE linehaul.job (
  id uuid PRIMARY KEY,
  -- Orders jobs of the same run time: neighbouring inserts share now().
  seq bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id text NOT NULL,
  queue text NOT NULL,
  name text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('scheduled', 'waiting', 'running')),
  priority smallint NOT NULL,
  run_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  max_attempts integer NOT NULL CHECK (max_attempts >= 1),
  losses smallint NOT NULL DEFAULT 0 CHECK (losses >= 0),
  unique_key text,
  debounce_until timestamptz,
  actor text,
  correlation_id text,
  worker_id uuid,
  fence uuid,
  claimed_at timestamptz,
  cancel_requested_at timestamptz,
  cancel_reason text,
  -- The last 20 attempts that ended, oldest first.
  attempts jsonb NOT NULL DEFAULT '[]',
  CONSTRAINT job_running_has_holder CHECK (
    (state = 'running') = (worker_id IS NOT NULL)
    AND (state = 'running') = (fence IS NOT NULL)
    AND (state = 'running') = (claimed_at IS NOT NULL)
  ),
  CONSTRAINT job_cancel_is_requested_of_running CHECK (cancel_requested_at IS NULL OR state = 'running')
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX job_ready ON linehaul.job (priority, run_at, seq) WHERE state = 'waiting';
CREATE INDEX job_suspect ON linehaul.job (priority, run_at, seq) WHERE state = 'waiting' AND losses > 0;
CREATE INDEX job_due ON linehaul.job (run_at) WHERE state = 'scheduled';
CREATE INDEX job_running ON linehaul.job (worker_id) WHERE state = 'running';
CREATE INDEX job_by_tenant ON linehaul.job (tenant_id, id);
CREATE UNIQUE INDEX job_unique ON linehaul.job (tenant_id, name, unique_key)
  WHERE unique_key IS NOT NULL AND state IN ('scheduled', 'waiting');

-- Finished jobs, by the day on which they may be forgotten, so that forgetting a day is dropping a table.
CREATE TABLE linehaul.job_archive (
  id uuid NOT NULL,
  tenant_id text NOT NULL,
  queue text NOT NULL,
  name text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('done', 'cancelled', 'dead')),
  priority smallint NOT NULL,
  run_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  attempt integer NOT NULL,
  max_attempts integer NOT NULL,
  losses smallint NOT NULL,
  unique_key text,
  actor text,
  correlation_id text,
  worker_id uuid,
  claimed_at timestamptz,
  attempts jsonb NOT NULL,
  finished_at timestamptz NOT NULL,
  expires_on date NOT NULL,
  result jsonb,
  -- {code, message}: why it is dead or cancelled.
  error jsonb,
  CHECK ((state = 'done') = (error IS NULL))
) PARTITION BY RANGE (expires_on);

CREATE TABLE linehaul.job_archive_default PARTITION OF linehaul.job_archive DEFAULT;
CREATE INDEX job_archive_by_id ON linehaul.job_archive (id);
CREATE INDEX job_archive_by_tenant ON linehaul.job_archive (tenant_id, id);
CREATE INDEX job_archive_dead ON linehaul.job_archive (tenant_id, queue) WHERE state = 'dead';

CREATE TABLE linehaul.worker (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  queues text[] NOT NULL,
  concurrency integer NOT NULL,
  started_at timestamptz NOT NULL,
  heartbeat_at timestamptz NOT NULL
);

CREATE TABLE linehaul.schedule (
  job_name text NOT NULL,
  schedule_name text NOT NULL,
  tenant_id text NOT NULL,
  cron text NOT NULL,
  time_zone text NOT NULL,
  -- NULL: never again.
  next_at timestamptz,
  last_at timestamptz,
  PRIMARY KEY (job_name, schedule_name, tenant_id)
);
CREATE INDEX schedule_due ON linehaul.schedule (next_at);
`,
}
