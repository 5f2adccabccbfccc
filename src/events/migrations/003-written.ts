import type { Migration } from '../../database/index.js'

export const written: Migration = {
  number: 3,
  name: 'live-event-written',
  sql: `
-- Ids are made by each process's clock: those of a process whose clock is ahead, or went back, are no order to number by.
ALTER TABLE linehaul.live_event ADD COLUMN written bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX live_event_to_number ON linehaul.live_event (written) WHERE number IS NULL;
DROP INDEX linehaul.live_event_unnumbered;
CREATE INDEX live_event_by_age ON linehaul.live_event (at);
`,
}
