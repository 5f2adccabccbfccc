import type { Executor } from '../../database/index.js'
import type { Tenant } from '../tenant.js'

export async function selectTenant(db: Executor, id: string): Promise<Tenant | undefined> {
  const [tenant] = await db.query<Tenant>(SELECT, [id])
  return tenant
}

const SELECT = /* sql */ `
-- select tenant: $1 id
SELECT id, name, time_zone AS "timeZone"
FROM linehaul.tenant
WHERE id = $1`

/** Until the transaction ends, nobody else changes it. */
export async function lockTenantRow(tx: Executor, id: string): Promise<Tenant | undefined> {
  const [tenant] = await tx.query<Tenant>(LOCK, [id])
  return tenant
}

const LOCK = /* sql */ `
-- lock tenant: $1 id
SELECT id, name, time_zone AS "timeZone"
FROM linehaul.tenant
WHERE id = $1
FOR NO KEY UPDATE`

export async function insertTenant(db: Executor, { id, name, timeZone }: Tenant): Promise<void> {
  await db.query(INSERT, [id, name, timeZone])
}

const INSERT = /* sql */ `
-- insert tenant: $1 id, $2 name, $3 time zone
INSERT INTO linehaul.tenant (id, name, time_zone)
VALUES ($1, $2, $3)`

export function selectTenantPage(
  db: Executor,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Tenant[]> {
  return db.query<Tenant>(SELECT_PAGE, [after ?? null, limit])
}

const SELECT_PAGE = /* sql */ `
-- select tenants: $1 after id or null, $2 limit
SELECT id, name, time_zone AS "timeZone"
FROM linehaul.tenant
WHERE $1::text IS NULL OR id > $1
ORDER BY id
LIMIT $2`

export function selectTenants(db: Executor): Promise<Tenant[]> {
  return db.query<Tenant>(SELECT_ALL)
}

const SELECT_ALL = /* sql */ `
-- select tenants
SELECT id, name, time_zone AS "timeZone"
FROM linehaul.tenant
ORDER BY id`

/** `null` leaves a column as it is. `undefined` when there is no such tenant. */
export async function updateTenantRow(
  db: Executor,
  id: string,
  { name, timeZone }: { name: string | null; timeZone: string | null },
): Promise<Tenant | undefined> {
  const [tenant] = await db.query<Tenant>(UPDATE, [id, name, timeZone])
  return tenant
}

const UPDATE = /* sql */ `
-- update tenant: $1 id, $2 name or null, $3 time zone or null
UPDATE linehaul.tenant
SET name = coalesce($2, name),
    time_zone = coalesce($3, time_zone)
WHERE id = $1
RETURNING id, name, time_zone AS "timeZone"`
