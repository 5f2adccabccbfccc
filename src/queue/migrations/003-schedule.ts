import type { Migration } from '../../database/index.js'

/** What schedules need besides their times: what people decided about them, and what became of their ticks. */
export const schedule: Migration = {
  number: 3,
  name: 'schedule',
  sql: `
-- cron and time_zone stay what the code declares; cron is five fields, or "every 15m".
ALTER TABLE linehaul.schedule
  -- The cron and zone that next_at was computed for, which people may have changed; NULL: those declared.
  ADD COLUMN timing text,
  -- From when intervals are counted.
  ADD COLUMN anchor_at timestamptz NOT NULL DEFAULT now(),
  -- When a process last said that it is to be.
  ADD COLUMN declared_at timestamptz NOT NULL DEFAULT now(),
  -- A tick whose job is to be made once the one before has ended.
  ADD COLUMN waiting_tick timestamptz;
CREATE INDEX schedule_waiting ON linehaul.schedule (waiting_tick) WHERE waiting_tick IS NOT NULL;
CREATE INDEX schedule_by_tenant ON linehaul.schedule (tenant_id);

-- What people decided. It outlives the rows above, which come and go with the code. NULL: as the code declares.
CREATE TABLE linehaul.schedule_change (
  job_name text NOT NULL,
  schedule_name text NOT NULL,
  tenant_id text NOT NULL,
  cron text,
  time_zone text,
  overlap text CHECK (overlap IN ('allow', 'skip', 'queue')),
  missed text CHECK (missed ~ '^(latest|skip|all [0-9]+)$'),
  jitter text,
  -- That of every job, where no code declares the schedule.
  payload jsonb,
  changed_at timestamptz,
  changed_by text,
  paused boolean NOT NULL DEFAULT false,
  -- When, by whom and why it was last paused or resumed.
  pause_at timestamptz,
  pause_by text,
  pause_reason text,
  PRIMARY KEY (job_name, schedule_name, tenant_id),
  CHECK ((changed_at IS NULL) = (changed_by IS NULL)),
  CHECK ((pause_at IS NULL) = (pause_by IS NULL)),
  CHECK (NOT paused OR pause_at IS NOT NULL),
  CHECK (payload IS NULL OR (cron IS NOT NULL AND time_zone IS NOT NULL))
);

-- The last ticks of each schedule: 50, and of those that let no two jobs overlap any whose job is not finished.
CREATE TABLE linehaul.schedule_tick (
  job_name text NOT NULL,
  schedule_name text NOT NULL,
  tenant_id text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  -- When it was due, or was asked for.
  at timestamptz NOT NULL,
  -- skipped: another job of the schedule was not finished. missed: nobody was there to see it.
  outcome text NOT NULL CHECK (outcome IN ('enqueued', 'skipped', 'missed')),
  job_id uuid,
  -- Who asked for it; NULL: the clock.
  run_by text,
  PRIMARY KEY (job_name, schedule_name, tenant_id, seq),
  CHECK ((outcome = 'enqueued') = (job_id IS NOT NULL))
);
`,
}
