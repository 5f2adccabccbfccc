import type { Migration } from '../../database/index.js'

/** Who is alive, and which process does the duties of all. */
export const presence: Migration = {
  number: 4,
  name: 'presence',
  sql: `
ALTER TABLE linehaul.worker
  -- The session advisory lock that its process holds while it lives; NULL: it holds none, and only its heartbeat tells.
  ADD COLUMN lock_key bigint;

-- The advisory locks that are held in this database, by their key of 64 bits.
CREATE VIEW linehaul.held_lock AS
SELECT (classid::bigint << 32) | objid::bigint AS key
FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database());

-- One row at most.
CREATE TABLE linehaul.leader (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  worker_id uuid NOT NULL,
  elected_at timestamptz NOT NULL,
  renewed_at timestamptz NOT NULL,
  -- The names of the definitions with schedules that it knows; another process has to tick others.
  schedules text[] NOT NULL
);
`,
}
