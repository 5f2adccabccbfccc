import type { Executor } from '../../database/index.js'
import type { Equipment, Named, Page } from '../record.js'

export type Table = 'customer' | 'location' | 'driver' | 'equipment'

const NAMED = 'id::text, name, created_at AS "createdAt"'
const COLUMNS = { customer: NAMED, location: NAMED, driver: NAMED, equipment: `${NAMED}, type` }

/** What a row of each table holds. */
export interface Rows {
  customer: Named
  location: Named
  driver: Named
  equipment: Equipment
}

export function selectPage<T extends Table>(
  db: Executor,
  table: T,
  tenantId: string,
  { limit, after, search }: Page,
): Promise<Rows[T][]> {
  return db.query<Rows[T]>(SELECT_PAGE(table), [tenantId, after ?? null, search ?? null, limit])
}

const SELECT_PAGE = (table: Table) => /* sql */ `
-- select ${table} page: $1 tenant, $2 after id or null, $3 part of the name or null, $4 limit
SELECT ${COLUMNS[table]}
FROM linehaul.${table}
WHERE tenant_id = $1
  AND ($2::uuid IS NULL OR id < $2)
  AND ($3::text IS NULL OR position(lower($3) IN lower(name)) > 0)
ORDER BY ${table}.id DESC
LIMIT $4`

export async function selectById<T extends Table>(
  db: Executor,
  table: T,
  tenantId: string,
  id: string,
): Promise<Rows[T] | undefined> {
  const [row] = await db.query<Rows[T]>(SELECT_BY_ID(table), [tenantId, id])
  return row
}

const SELECT_BY_ID = (table: Table) => /* sql */ `
-- select ${table}: $1 tenant, $2 id
SELECT ${COLUMNS[table]}
FROM linehaul.${table}
WHERE tenant_id = $1 AND id = $2::uuid`

export async function selectByName<T extends Table>(
  db: Executor,
  table: T,
  tenantId: string,
  name: string,
): Promise<Rows[T] | undefined> {
  const [row] = await db.query<Rows[T]>(SELECT_BY_NAME(table), [tenantId, name])
  return row
}

const SELECT_BY_NAME = (table: Table) => /* sql */ `
-- select ${table} by name: $1 tenant, $2 name
SELECT ${COLUMNS[table]}
FROM linehaul.${table}
WHERE tenant_id = $1 AND lower(name) = lower($2)`

export async function insertDriver(
  db: Executor,
  tenantId: string,
  { id, name }: { id: string; name: string },
): Promise<void> {
  await db.query(INSERT_DRIVER, [tenantId, id, name])
}

const INSERT_DRIVER = /* sql */ `
-- insert driver: $1 tenant, $2 id, $3 name
INSERT INTO linehaul.driver (tenant_id, id, name)
VALUES ($1, $2, $3)`

export async function insertEquipment(
  db: Executor,
  tenantId: string,
  { id, name, type }: { id: string; name: string; type: string },
): Promise<void> {
  await db.query(INSERT_EQUIPMENT, [tenantId, id, name, type])
}

const INSERT_EQUIPMENT = /* sql */ `
-- insert equipment: $1 tenant, $2 id, $3 name, $4 type
INSERT INTO linehaul.equipment (tenant_id, id, name, type)
VALUES ($1, $2, $3, $4)`
