import type { Executor } from '../../database/index.js'
import type { Place, Sealed } from '../secret/seal.js'
import type { StoredSecret } from '../secret/secrets.js'

/** Enters a secret, or gives the one of that tenant and name another value and purpose. */
export async function putSecret(
  db: Executor,
  { tenantId, name, purpose, keyId, sealed }: Place & Sealed & { purpose: string },
): Promise<StoredSecret> {
  const [stored] = await db.query<StoredSecret>(PUT, [tenantId, name, purpose, keyId, sealed])
  return stored as StoredSecret
}

const PUT = /* sql */ `
-- put secret: $1 tenant, $2 name, $3 purpose, $4 key, $5 sealed
INSERT INTO linehaul.secret (tenant_id, name, purpose, key_id, sealed)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, name) DO UPDATE
SET purpose = EXCLUDED.purpose, key_id = EXCLUDED.key_id, sealed = EXCLUDED.sealed, updated_at = now()
RETURNING name, purpose, updated_at AS "updatedAt"`

export async function selectSecret(
  db: Executor,
  { tenantId, name }: Place,
): Promise<(StoredSecret & Sealed) | undefined> {
  const [row] = await db.query<StoredSecret & Sealed>(SELECT, [tenantId, name])
  return row
}

const SELECT = /* sql */ `
-- select secret: $1 tenant, $2 name
SELECT name, purpose, updated_at AS "updatedAt", key_id AS "keyId", sealed
FROM linehaul.secret
WHERE tenant_id = $1 AND name = $2`

/** Names and purposes, in order of the name. */
export function selectSecrets(
  db: Executor,
  tenantId: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<StoredSecret[]> {
  return db.query<StoredSecret>(SELECT_ALL, [tenantId, after ?? null, limit])
}

const SELECT_ALL = /* sql */ `
-- select secrets: $1 tenant, $2 after name or null, $3 limit
SELECT name, purpose, updated_at AS "updatedAt"
FROM linehaul.secret
WHERE tenant_id = $1
  AND ($2::text IS NULL OR name > $2)
ORDER BY name
LIMIT $3`

export async function deleteSecret(
  db: Executor,
  { tenantId, name }: Place,
): Promise<StoredSecret | undefined> {
  const [gone] = await db.query<StoredSecret>(DELETE, [tenantId, name])
  return gone
}

const DELETE = /* sql */ `
-- delete secret: $1 tenant, $2 name
DELETE FROM linehaul.secret
WHERE tenant_id = $1 AND name = $2
RETURNING name, purpose, updated_at AS "updatedAt"`

/** What lies under one of `keyIds`, locked; behind the place `after`. What another process works on is left out. */
export function lockSecretsUnder(
  db: Executor,
  keyIds: readonly string[],
  { limit, after }: { limit: number; after: Place | undefined },
): Promise<(Place & Sealed)[]> {
  return db.query(LOCK_UNDER, [keyIds, after?.tenantId ?? '', after?.name ?? '', limit])
}

const LOCK_UNDER = /* sql */ `
-- lock secrets under keys: $1 keys, $2 after tenant, $3 after name, $4 limit
SELECT tenant_id AS "tenantId", name, key_id AS "keyId", sealed
FROM linehaul.secret
WHERE key_id = ANY ($1)
  AND (tenant_id, name) > ($2, $3)
ORDER BY tenant_id, name
LIMIT $4
FOR UPDATE SKIP LOCKED`

/** The same value under another key: for its owner nothing has changed. */
export async function reseal(db: Executor, secrets: readonly (Place & Sealed)[]): Promise<void> {
  const columns = (['tenantId', 'name', 'keyId', 'sealed'] as const).map((field) =>
    secrets.map((secret) => secret[field]),
  )
  await db.query(RESEAL, columns)
}

const RESEAL = /* sql */ `
-- reseal secrets: $1 tenants, $2 names, $3 keys, $4 sealed
UPDATE linehaul.secret
SET key_id = new.key_id, sealed = new.sealed
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS new (tenant_id, name, key_id, sealed)
WHERE secret.tenant_id = new.tenant_id AND secret.name = new.name`

export function countSecrets(db: Executor): Promise<{ keyId: string; count: number }[]> {
  return db.query(COUNT)
}

const COUNT = /* sql */ `
-- count secrets by key
SELECT key_id AS "keyId", count(*)::int AS count
FROM (
  SELECT key_id FROM linehaul.secret
  UNION ALL
  SELECT key_id FROM linehaul.signing_secret WHERE key_id IS NOT NULL
) AS sealed
GROUP BY key_id`
