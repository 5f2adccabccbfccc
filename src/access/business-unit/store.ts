import type { Executor } from '../../database/index.js'
import type { BusinessUnit, UnitPage } from './business-units.js'

export async function insertUnit(
  db: Executor,
  tenantId: string,
  { id, name }: { id: string; name: string },
): Promise<void> {
  await db.query(INSERT, [tenantId, id, name])
}

const INSERT = /* sql */ `
-- insert business unit: $1 tenant, $2 id, $3 name
INSERT INTO linehaul.business_unit (tenant_id, id, name)
VALUES ($1, $2, $3)`

export async function selectUnit(
  db: Executor,
  tenantId: string,
  id: string,
): Promise<BusinessUnit | undefined> {
  const [unit] = await db.query<BusinessUnit>(SELECT, [tenantId, id])
  return unit
}

const SELECT = /* sql */ `
-- select business unit: $1 tenant, $2 id
SELECT id::text AS "id", name, created_at AS "createdAt"
FROM linehaul.business_unit
WHERE tenant_id = $1 AND id = $2::uuid`

/** Until the transaction ends, nobody else changes it. */
export async function lockUnit(
  tx: Executor,
  tenantId: string,
  id: string,
): Promise<BusinessUnit | undefined> {
  const [unit] = await tx.query<BusinessUnit>(LOCK, [tenantId, id])
  return unit
}

const LOCK = /* sql */ `
-- lock business unit: $1 tenant, $2 id
SELECT id::text AS "id", name, created_at AS "createdAt"
FROM linehaul.business_unit
WHERE tenant_id = $1 AND id = $2::uuid
FOR NO KEY UPDATE`

export function selectUnits(
  db: Executor,
  tenantId: string,
  { limit, after }: UnitPage,
): Promise<BusinessUnit[]> {
  return db.query<BusinessUnit>(SELECT_PAGE, [tenantId, after ?? null, limit])
}

const SELECT_PAGE = /* sql */ `
-- select business units: $1 tenant, $2 after id or null, $3 limit
SELECT id::text AS "id", name, created_at AS "createdAt"
FROM linehaul.business_unit
WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2)
ORDER BY business_unit.id DESC
LIMIT $3`

/** @returns whether there is such a unit */
export async function updateUnit(
  db: Executor,
  tenantId: string,
  { id, name }: { id: string; name: string },
): Promise<boolean> {
  return (await db.query(UPDATE, [tenantId, id, name])).length > 0
}

const UPDATE = /* sql */ `
-- rename business unit: $1 tenant, $2 id, $3 name
UPDATE linehaul.business_unit
SET name = $3
WHERE tenant_id = $1 AND id = $2::uuid
RETURNING 1`

/** @returns whether there was such a unit */
export async function deleteUnit(db: Executor, tenantId: string, id: string): Promise<boolean> {
  return (await db.query(DELETE, [tenantId, id])).length > 0
}

const DELETE = /* sql */ `
-- delete business unit: $1 tenant, $2 id
DELETE FROM linehaul.business_unit
WHERE tenant_id = $1 AND id = $2::uuid
RETURNING 1`
