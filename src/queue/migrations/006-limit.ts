import type { Migration } from '../../database/index.js'

/** What limits are counted with. Jobs themselves say how many run; only starts must be remembered after a job has ended. */
export const limit: Migration = {
  number: 6,
  name: 'limit',
  sql: `
-- One row for each limit in use: a key of a definition's limit, or queue/<name>. Whoever admits locks it first.
CREATE TABLE linehaul.bucket (
  key text PRIMARY KEY,
  -- Length of the window in which starts are counted; NULL: they are not.
  per interval,
  -- The tenant served last: the round goes on with the next one.
  cursor text NOT NULL DEFAULT '',
  -- When a job was last admitted; NULL: never yet.
  used_at timestamptz
) WITH (fillfactor = 50);

-- Starts within the windows of limits that have a rate.
CREATE TABLE linehaul.bucket_start (
  key text NOT NULL,
  at timestamptz NOT NULL,
  -- When no window sees it any more.
  until timestamptz NOT NULL
);
CREATE INDEX bucket_start_at ON linehaul.bucket_start (key, at);

-- Read whole at every admission; unlike a GIN index, a B-tree forgets entries of the past as it is read.
DROP INDEX linehaul.job_limited;
CREATE INDEX job_limited ON linehaul.job (limit_keys) WHERE limit_keys IS NOT NULL AND state IN ('waiting', 'running');
-- Jobs put aside because their definition is paused.
CREATE INDEX job_aside ON linehaul.job (name, tenant_id, priority, run_at, seq) WHERE state = 'held' AND limit_keys IS NULL;

-- A start is remembered in the very transaction that makes it one, whoever claims and however the job ends.
CREATE FUNCTION linehaul.remember_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO linehaul.bucket_start (key, at, until)
  SELECT key, NEW.claimed_at, NEW.claimed_at + per FROM linehaul.bucket
  WHERE key = ANY (NEW.limit_keys) AND per IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER job_started AFTER UPDATE OF state ON linehaul.job
  FOR EACH ROW WHEN (NEW.limit_keys IS NOT NULL AND NEW.state = 'running' AND OLD.state <> 'running')
  EXECUTE FUNCTION linehaul.remember_start();
`,
}
