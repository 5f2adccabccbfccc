import type { Executor, Transaction } from '../../database/index.js'
import type { LiveEvent } from '../live-event.js'

type Row = LiveEvent & { readonly id: string }

/** One NOTIFY for all that a transaction writes: the server drops those that are the same. */
export async function insertLiveEvents(db: Executor, channel: string, events: readonly Row[]): Promise<void> {
  await db.query(INSERT, [...columnsOf(events), channel])
}

/** Holds until the end of `tx` the one lock under which changes are looked for. */
export async function lockChanges(tx: Transaction): Promise<void> {
  await tx.query('-- lock live changes\nSELECT pg_advisory_xact_lock(7263420)')
}

/** The same for those whose data differ from the last of their stream. */
export async function insertChangedEvents(
  db: Executor,
  channel: string,
  events: readonly Row[],
): Promise<void> {
  await db.query(INSERT_CHANGED, [...columnsOf(events), channel])
}

function columnsOf(events: readonly Row[]): readonly (string | null)[][] {
  return [
    events.map(({ id }) => id),
    events.map(({ tenantId }) => tenantId),
    events.map(({ stream }) => stream),
    events.map(({ type }) => type),
    events.map(({ data }) => JSON.stringify(data)),
    events.map(({ needs }) => needs),
    events.map(({ key }) => key ?? null),
  ]
}

const GIVEN = /* sql */ `
unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[])
  AS given (id, tenant_id, stream, type, data, needs, key)`

const insert = (name: string, where: string) => /* sql */ `
-- ${name}: arrays of $1 ids, $2 tenants, $3 streams, $4 types, $5 data, $6 actions, $7 keys; $8 channel
WITH written AS (
  INSERT INTO linehaul.live_event (id, tenant_id, stream, type, data, needs, key)
  SELECT given.* FROM ${GIVEN} ${where}
  ON CONFLICT (tenant_id, stream, key) DO NOTHING
  RETURNING 1
)
SELECT pg_notify($8, '') FROM written LIMIT 1`

const INSERT = insert('insert live events', '')

const INSERT_CHANGED = insert(
  'insert changed events',
  /* sql */ `
  WHERE given.data IS DISTINCT FROM (
    SELECT former.data FROM linehaul.live_event AS former
    WHERE former.tenant_id = given.tenant_id AND former.stream = given.stream
    ORDER BY former.written DESC
    LIMIT 1
  )`,
)
