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

export async function selectKeyByHash(db: Executor, hash: string): Promise<ApiKey | undefined> {
  const [key] = await db.query<ApiKey>(SELECT_BY_HASH, [hash])
  return key
}

const SELECT_BY_HASH = /* sql */ `
-- select api key: $1 hash
SELECT id::text AS "id", tenant_id AS "tenantId", name
FROM linehaul.api_key
WHERE hash = $1`

export async function selectKeyByName(
  db: Executor,
  tenantId: string,
  name: string,
): Promise<ApiKey | undefined> {
  const [key] = await db.query<ApiKey>(SELECT_BY_NAME, [tenantId, name])
  return key
}

const SELECT_BY_NAME = /* sql */ `
-- select api key by name: $1 tenant, $2 name
SELECT id::text AS "id", tenant_id AS "tenantId", name
FROM linehaul.api_key
WHERE tenant_id = $1 AND name = $2`
