import type { Migration } from '../../database/index.js'

export const neverNumbered: Migration = {
  number: 4,
  name: 'live-event-never-numbered',
  sql: `
-- Where nobody serves, nobody numbers, and events are forgotten before they had a number. Their streams go on as if they had had
-- theirs: who asks for what came after the last number it knows is told that something is not kept any more.
CREATE FUNCTION linehaul.count_never_numbered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO linehaul.live_stream AS known (tenant_id, stream, last_number)
  -- of a job, which nobody watches while nobody serves, nothing is missed
  SELECT tenant_id, stream, count(*) FROM gone WHERE number IS NULL AND stream NOT LIKE 'job:%'
  GROUP BY tenant_id, stream
  ORDER BY tenant_id, stream
  ON CONFLICT (tenant_id, stream) DO UPDATE SET last_number = known.last_number + excluded.last_number;
  RETURN NULL;
END $$;
CREATE TRIGGER live_event_never_numbered AFTER DELETE ON linehaul.live_event
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION linehaul.count_never_numbered();
`,
}
