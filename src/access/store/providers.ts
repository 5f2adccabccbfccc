import type { Executor } from '../../database/index.js'
import type { Provider } from '../outside/provider.js'

const COLUMNS = `id::text AS "id", tenant_id AS "tenantId", name, issuer, audience, jwks_url AS "jwksUrl",
  role_claim AS "roleClaim", roles, default_role AS "defaultRole", business_unit_id::text AS "businessUnitId",
  created_at AS "createdAt", created_by AS "createdBy"`

type Written = Omit<Provider, 'createdAt'>

function valuesOf(provider: Omit<Written, 'createdBy'>) {
  const { id, tenantId, name, issuer, audience, jwksUrl } = provider
  const { roleClaim, roles, defaultRole, businessUnitId } = provider
  const rules = [roleClaim, JSON.stringify(roles), defaultRole, businessUnitId]
  return [id, tenantId, name, issuer, audience, jwksUrl, ...rules]
}

export async function insertProvider(db: Executor, provider: Written): Promise<Provider> {
  const [entered] = await db.query<Provider>(INSERT, [...valuesOf(provider), provider.createdBy])
  return entered as Provider
}

const INSERT = /* sql */ `
-- insert provider: $1 id, $2 tenant, $3 name, $4 issuer, $5 audience, $6 address of its keys, $7 claim, $8 roles,
-- $9 default role, $10 business unit, $11 actor
INSERT INTO linehaul.identity_provider
  (id, tenant_id, name, issuer, audience, jwks_url, role_claim, roles, default_role, business_unit_id, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11)
RETURNING ${COLUMNS}`

export async function updateProvider(db: Executor, provider: Provider): Promise<Provider | undefined> {
  const [changed] = await db.query<Provider>(UPDATE, valuesOf(provider))
  return changed
}

const UPDATE = /* sql */ `
-- update provider: $1 id, $2 tenant, $3 name, $4 issuer, $5 audience, $6 address of its keys, $7 claim, $8 roles,
-- $9 default role, $10 business unit
UPDATE linehaul.identity_provider
SET name = $3, issuer = $4, audience = $5, jwks_url = $6, role_claim = $7, roles = $8::jsonb, default_role = $9,
    business_unit_id = $10
WHERE id = $1 AND tenant_id = $2
RETURNING ${COLUMNS}`

/** Locked until the transaction ends, so that what is decided about it still holds when it is written. */
export async function lockProvider(
  tx: Executor,
  tenantId: string,
  id: string,
): Promise<Provider | undefined> {
  const [provider] = await tx.query<Provider>(LOCK, [tenantId, id])
  return provider
}

const LOCK = /* sql */ `
-- lock provider: $1 tenant, $2 id
SELECT ${COLUMNS}
FROM linehaul.identity_provider
WHERE tenant_id = $1 AND id = $2
FOR UPDATE`

export async function selectProvider(
  db: Executor,
  tenantId: string,
  id: string,
): Promise<Provider | undefined> {
  const [provider] = await db.query<Provider>(SELECT, [tenantId, id])
  return provider
}

const SELECT = /* sql */ `
-- select provider: $1 tenant, $2 id
SELECT ${COLUMNS}
FROM linehaul.identity_provider
WHERE tenant_id = $1 AND id = $2`

/** Ids are of UUID version 7: their order is that of time. */
export function selectProviders(
  db: Executor,
  tenantId: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Provider[]> {
  return db.query<Provider>(SELECT_PAGE, [tenantId, after ?? null, limit])
}

const SELECT_PAGE = /* sql */ `
-- select providers: $1 tenant, $2 after id, $3 limit
SELECT ${COLUMNS}
FROM linehaul.identity_provider
WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2)
ORDER BY identity_provider.id DESC
LIMIT $3`

/** Of any tenant: the issuer and the audience of a token are what tells which tenant it is of. */
export function selectProvidersOf(
  db: Executor,
  issuer: string,
  audiences: readonly string[],
): Promise<Provider[]> {
  return db.query<Provider>(SELECT_BY_TOKEN, [issuer, audiences], { prepared: true })
}

const SELECT_BY_TOKEN = /* sql */ `
-- select providers of a token: $1 issuer, $2 audiences
SELECT ${COLUMNS}
FROM linehaul.identity_provider
WHERE issuer = $1 AND audience = ANY($2::text[])`

export async function deleteProvider(db: Executor, tenantId: string, id: string): Promise<void> {
  await db.query(DELETE, [tenantId, id])
}

const DELETE = /* sql */ `
-- delete provider: $1 tenant, $2 id
DELETE FROM linehaul.identity_provider
WHERE tenant_id = $1 AND id = $2`
