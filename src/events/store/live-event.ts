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

/** The same for those whose data differ from the last of their stream after a number. */
export async function insertChangedEvents(
  db: Executor,
  channel: string,
  events: readonly (Row & { readonly after: number })[],
): Promise<void> {
  await db.query(INSERT_CHANGED, [...columnsOf(events), channel, events.map(({ after }) => after)])
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

const GIVEN = '$1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[]'

const COLUMNS = 'id, tenant_id, stream, type, data, needs, key'

const insert = (name: string, from: string) => /* sql */ `
-- ${name}: arrays of $1 ids, $2 tenants, $3 streams, $4 types, $5 data, $6 actions, $7 keys; $8 channel
WITH written AS (
  INSERT INTO linehaul.live_event (${COLUMNS})
  SELECT ${COLUMNS} FROM ${from}
  ON CONFLICT (tenant_id, stream, key) DO NOTHING
  RETURNING 1
)
SELECT pg_notify($8, '') FROM written LIMIT 1`

const INSERT = insert('insert live events', `unnest(${GIVEN}) AS given (${COLUMNS})`)

const INSERT_CHANGED = insert(
  'insert changed events',
  /* sql */ `unnest(${GIVEN}, $9::bigint[]) AS given (${COLUMNS}, after) -- $9 numbers
  WHERE given.data IS DISTINCT FROM (
    SELECT former.data FROM linehaul.live_event AS former
    WHERE former.tenant_id = given.tenant_id AND former.stream = given.stream
      AND (former.number IS NULL OR former.number > given.after)
    ORDER BY former.written DESC
    LIMIT 1
  )`,
)
