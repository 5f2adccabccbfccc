import type { Executor } from '../../database/index.js'
import type { ApiKey } from '../key/api-key.js'
import type { KeyFilter } from '../key/api-keys.js'

type NewKey = Omit<ApiKey, 'createdAt' | 'lastUsedAt' | 'revokedAt'> & { readonly hash: string }

const COLUMNS = `id::text AS "id", tenant_id AS "tenantId", name, role, scopes, business_unit_id::text AS "businessUnitId",
  created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt", last_used_at AS "lastUsedAt",
  revoked_at AS "revokedAt"`

function valuesOf(key: NewKey) {
  const { id, tenantId, name, hash, role, scopes, businessUnitId, createdBy, expiresAt } = key
  return [id, tenantId, name, hash, role, scopes, businessUnitId, createdBy, expiresAt]
}

/** Enters a key, or gives the one of that tenant and name a new hash. `undefined` when it was given that hash before. */
export async function putKey(db: Executor, key: NewKey): Promise<ApiKey | undefined> {
  const [entered] = await db.query<ApiKey>(PUT, valuesOf(key))
  return entered
}

const PUT = /* sql */ `
-- put api key: $1 id, $2 tenant, $3 name, $4 hash, $5 role, $6 scopes, $7 business unit, $8 actor, $9 expiry
INSERT INTO linehaul.api_key
  (id, tenant_id, name, hash, given_hash, role, scopes, business_unit_id, created_by, expires_at)
VALUES ($1, $2, $3, $4, $4, $5, $6::text[], $7, $8, $9)
ON CONFLICT (tenant_id, name) DO UPDATE
SET hash = EXCLUDED.hash, given_hash = EXCLUDED.given_hash, role = EXCLUDED.role, scopes = EXCLUDED.scopes,
    expires_at = EXCLUDED.expires_at, revoked_at = NULL
WHERE api_key.given_hash <> EXCLUDED.given_hash
RETURNING ${COLUMNS}`

/** Enters a key unless the tenant has one of that name. */
export async function insertKey(db: Executor, key: NewKey): Promise<ApiKey | undefined> {
  const [entered] = await db.query<ApiKey>(INSERT, valuesOf(key))
  return entered
}

const INSERT = /* sql */ `
-- insert api key: $1 id, $2 tenant, $3 name, $4 hash, $5 role, $6 scopes, $7 business unit, $8 actor, $9 expiry
INSERT INTO linehaul.api_key
  (id, tenant_id, name, hash, given_hash, role, scopes, business_unit_id, created_by, expires_at)
VALUES ($1, $2, $3, $4, $4, $5, $6::text[], $7, $8, $9)
ON CONFLICT (tenant_id, name) DO NOTHING
RETURNING ${COLUMNS}`

export async function selectKeyByHash(db: Executor, hash: string): Promise<ApiKey | undefined> {
  const [key] = await db.query<ApiKey>(SELECT_BY_HASH, [hash], { prepared: true })
  return key
}

const SELECT_BY_HASH = /* sql */ `
-- select api key: $1 hash
SELECT ${COLUMNS}
FROM linehaul.api_key
WHERE hash = $1 AND revoked_at IS NULL`

export async function selectKey(db: Executor, tenantId: string, id: string): Promise<ApiKey | undefined> {
  const [key] = await db.query<ApiKey>(SELECT, [tenantId, id])
  return key
}

const SELECT = /* sql */ `
-- select api key: $1 tenant, $2 id
SELECT ${COLUMNS}
FROM linehaul.api_key
WHERE tenant_id = $1 AND id = $2`

/** Ids are of UUID version 7: their order is that of time. */
export function selectKeys(
  db: Executor,
  tenantId: string,
  { createdBy, limit, after }: KeyFilter,
): Promise<ApiKey[]> {
  return db.query<ApiKey>(SELECT_PAGE, [tenantId, createdBy ?? null, after ?? null, limit])
}

const SELECT_PAGE = /* sql */ `
-- select api keys: $1 tenant, $2 actor or null, $3 after id, $4 limit
SELECT ${COLUMNS}
FROM linehaul.api_key
WHERE tenant_id = $1
  AND ($2::text IS NULL OR created_by = $2)
  AND ($3::uuid IS NULL OR id < $3)
ORDER BY api_key.id DESC
LIMIT $4`

/** `undefined` when it was revoked before. */
export async function updateRevoked(db: Executor, tenantId: string, id: string): Promise<ApiKey | undefined> {
  const [key] = await db.query<ApiKey>(REVOKE, [tenantId, id])
  return key
}

const REVOKE = /* sql */ `
-- revoke api key: $1 tenant, $2 id
UPDATE linehaul.api_key
SET revoked_at = now()
WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
RETURNING ${COLUMNS}`

/** `undefined` when it is revoked. */
export async function updateHash(
  db: Executor,
  tenantId: string,
  id: string,
  hash: string,
): Promise<ApiKey | undefined> {
  const [key] = await db.query<ApiKey>(ROTATE, [tenantId, id, hash])
  return key
}

const ROTATE = /* sql */ `
-- rotate api key: $1 tenant, $2 id, $3 hash
UPDATE linehaul.api_key
SET hash = $3
WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
RETURNING ${COLUMNS}`

/** Writes down when keys were used, unless that is known to the minute. Rows that another process writes are left to it. */
export async function updateLastUsed(db: Executor, uses: ReadonlyMap<string, Date>): Promise<void> {
  await db.query(USED, [[...uses.keys()], [...uses.values()]])
}

const USED = /* sql */ `
-- use api keys: $1 ids, $2 instants
WITH used AS MATERIALIZED (
  SELECT api_key.id, used.at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at)
  JOIN linehaul.api_key ON api_key.id = used.id
  WHERE coalesce(api_key.last_used_at, '-infinity') <= used.at - interval '1 minute'
  FOR NO KEY UPDATE OF api_key SKIP LOCKED
)
UPDATE linehaul.api_key
SET last_used_at = used.at
FROM used
WHERE api_key.id = used.id`
