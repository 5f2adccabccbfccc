import type { Executor } from '../../database/index.js'
import type { LiveEvent } from '../live-event.js'

/** One NOTIFY for all that a transaction writes: the server drops those that are the same. */
export async function insertLiveEvents(
  db: Executor,
  channel: string,
  events: readonly (LiveEvent & { id: string })[],
): Promise<void> {
  await db.query(INSERT, [
    events.map(({ id }) => id),
    events.map(({ tenantId }) => tenantId),
    events.map(({ stream }) => stream),
    events.map(({ type }) => type),
    events.map(({ data }) => JSON.stringify(data)),
    events.map(({ needs }) => needs),
    events.map(({ key }) => key ?? null),
    channel,
  ])
}

const INSERT = /* sql */ `
-- insert live events: arrays of $1 ids, $2 tenants, $3 streams, $4 types, $5 data, $6 actions, $7 keys; $8 channel
WITH written AS (
  INSERT INTO linehaul.live_event (id, tenant_id, stream, type, data, needs, key)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[])
  ON CONFLICT (tenant_id, stream, key) DO NOTHING
  RETURNING 1
)
SELECT pg_notify($8, '') FROM written LIMIT 1`
