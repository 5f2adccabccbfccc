import type { Executor } from '../../database/index.js'
import type { ApiKey } from '../api-key.js'

/** Enters a key, or gives the one of that tenant and name a new hash. */
export async function putKey(
  db: Executor,
  { id, tenantId, name, hash }: ApiKey & { hash: string },
): Promise<void> {
  await db.query(PUT, [id, tenantId, name, hash])
}

const PUT = /* sql */ `
-- put api key: $1 id, $2 tenant, $3 name, $4 hash
INSERT INTO linehaul.api_key (id, tenant_id, name, hash)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, name) DO UPDATE SET hash = EXCLUDED.hash
WHERE api_key.hash <> EXCLUDED.hash`

/** Enters a key unless the tenant has one of that name. @returns whether it was entered. */
export async function insertKey(
  db: Executor,
  { id, tenantId, name, hash }: ApiKey & { hash: string },
): Promise<boolean> {
  return (await db.query(INSERT, [id, tenantId, name, hash])).length > 0
}

const INSERT = /* sql */ `
-- insert api key: $1 id, $2 tenant, $3 name, $4 hash
INSERT INTO linehaul.api_key (id, tenant_id, name, hash)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, name) DO NOTHING
RETURNING id`

export async function selectKeyByHash(db: Executor, hash: string): Promise<ApiKey | undefined> {
  const [key] = await db.query<ApiKey>(SELECT_BY_HASH, [hash])
  return key
}

const SELECT_BY_HASH = /* sql */ `
-- select api key: $1 hash
SELECT id::text AS "id", tenant_id AS "tenantId", name
FROM linehaul.api_key
WHERE hash = $1`
