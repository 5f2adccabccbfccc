import type { Executor, Transaction } from '../../database/index.js'

/** Whether there is something to number, and what position was given last. */
export interface RelayStanding {
  readonly hasUnnumbered: boolean
  readonly position: number
}

export async function findStanding(db: Executor): Promise<RelayStanding> {
  const [standing] = await db.query<RelayStanding>(FIND_STANDING, [], { prepared: true })
  return standing ?? { hasUnnumbered: false, position: 0 }
}

const FIND_STANDING = /* sql */ `
-- find relay standing
SELECT EXISTS (SELECT FROM linehaul.live_event WHERE number IS NULL) AS "hasUnnumbered",
       (SELECT last_position FROM linehaul.live_relay)::float8 AS "position"`

/**
 * Numbers up to `limit` events in the order in which they were written, and rings on `channel`. Does nothing while another
 * process is at it: that one is rung for what it has not seen.
 * @returns how many
 */
export async function numberLiveEvents(
  tx: Transaction,
  { limit, channel, now }: { limit: number; channel: string; now: Date | null },
): Promise<number> {
  const [relay] = await tx.query<{ position: string }>(LOCK_RELAY)
  if (!relay) return 0
  // A statement of its own, so that it sees all that was numbered before the lock was free.
  const [numbered] = await tx.query<{ count: number }>(NUMBER, [limit, relay.position, now, channel])
  return numbered?.count ?? 0
}

const LOCK_RELAY = /* sql */ `
-- lock relay
SELECT last_position::text AS "position" FROM linehaul.live_relay FOR UPDATE SKIP LOCKED`

const NUMBER = /* sql */ `
-- number live events: $1 most, $2 last position, $3 now or null, $4 channel
WITH oldest AS (
  SELECT id, written, tenant_id, stream FROM linehaul.live_event WHERE number IS NULL ORDER BY written LIMIT $1
), fresh AS MATERIALIZED (
  SELECT id, tenant_id, stream,
         row_number() OVER (ORDER BY written) AS place,
         row_number() OVER (PARTITION BY tenant_id, stream ORDER BY written) AS nth,
         count(*) OVER (PARTITION BY tenant_id, stream) AS size
  FROM oldest
), reached AS (
  INSERT INTO linehaul.live_stream AS known (tenant_id, stream, last_number, expires_at)
  SELECT DISTINCT tenant_id, stream, size,
         CASE WHEN stream LIKE 'job:%' THEN coalesce($3::timestamptz, now()) + interval '3 days' ELSE 'infinity' END
  FROM fresh
  ON CONFLICT (tenant_id, stream) DO UPDATE
  SET last_number = known.last_number + excluded.last_number, expires_at = excluded.expires_at
  RETURNING tenant_id, stream, last_number
), numbered AS (
  UPDATE linehaul.live_event
  SET number = reached.last_number - fresh.size + fresh.nth, position = $2::bigint + fresh.place
  FROM fresh JOIN reached USING (tenant_id, stream)
  WHERE live_event.id = fresh.id
  RETURNING 1
), counted AS (
  SELECT count(*)::int AS count FROM numbered
)
UPDATE linehaul.live_relay
SET last_position = last_position + counted.count
FROM counted
WHERE counted.count > 0
RETURNING counted.count AS "count", pg_notify($4, '')`
