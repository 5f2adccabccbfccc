import type { Executor } from '../../database/index.js'

/** Tables in which a new name makes a record. */
export type NameTable = 'customer' | 'location'

export interface NamedId {
  /** The value that was looked up. */
  value: string
  id: string
}

/** Those of `ids` that exist. */
export function selectIds(
  db: Executor,
  table: NameTable,
  tenantId: string,
  ids: readonly string[],
): Promise<NamedId[]> {
  return db.query<NamedId>(SELECT_IDS(table), [tenantId, ids])
}

const SELECT_IDS = (table: NameTable) => /* sql */ `
-- select ${table} ids: $1 tenant, $2 ids
SELECT given.value, ${table}.id::text
FROM unnest($2::text[]) AS given (value)
JOIN linehaul.${table} ON ${table}.tenant_id = $1 AND ${table}.id = given.value::uuid`

/** Those of `names` that exist in any case. */
export function selectNames(
  db: Executor,
  table: NameTable,
  tenantId: string,
  names: readonly string[],
): Promise<NamedId[]> {
  return db.query<NamedId>(SELECT_NAMES(table), [tenantId, names])
}

const SELECT_NAMES = (table: NameTable) => /* sql */ `
-- select ${table} names: $1 tenant, $2 names
SELECT given.value, ${table}.id::text
FROM unnest($2::text[]) AS given (value)
JOIN linehaul.${table} ON ${table}.tenant_id = $1 AND lower(${table}.name) = lower(given.value)`

/** Makes a record for each name that has none. Waits for a rival that is making the same one, and leaves it to them. */
export async function insertNames(
  db: Executor,
  table: NameTable,
  tenantId: string,
  records: readonly { id: string; name: string }[],
): Promise<void> {
  await db.query(INSERT_NAMES(table), [
    tenantId,
    records.map(({ id }) => id),
    records.map(({ name }) => name),
  ])
}

// In order of the name, so that rivals wait for each other in one direction only.
const INSERT_NAMES = (table: NameTable) => /* sql */ `
-- insert ${table} names: $1 tenant, $2 ids, $3 names
INSERT INTO linehaul.${table} (tenant_id, id, name)
SELECT $1, id, name
FROM unnest($2::uuid[], $3::text[]) AS given (id, name)
ORDER BY lower(name)
ON CONFLICT (tenant_id, lower(name)) DO NOTHING`
