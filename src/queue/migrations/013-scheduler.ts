import type { Migration } from '../../database/index.js'

/** What people need who look after schedules: to stop all of them at once, and to see what became of their ticks. */
export const scheduler: Migration = {
  number: 13,
  name: 'scheduler',
  sql: `
-- Whose scheduler was stopped, or started again, last by whom; '' is that of all tenants. No row: it was never stopped.
CREATE TABLE linehaul.scheduler (
  tenant_id text PRIMARY KEY,
  is_stopped boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL
);

ALTER TABLE linehaul.worker
  -- Whether its process makes the ticks of schedules.
  ADD COLUMN ticks boolean NOT NULL DEFAULT true;

-- The last ticks of all schedules of a tenant.
CREATE INDEX schedule_tick_by_tenant ON linehaul.schedule_tick (tenant_id, seq);
`,
}
