import type { Executor } from '../../database/index.js'
import type { TenantRole } from '../user/user.js'

/** What somebody is in one tenant. */
export interface Membership {
  readonly tenantId: string
  readonly role: TenantRole
  readonly businessUnitId: string | null
}

/** In order of their ids. */
export function selectMemberships(db: Executor, userId: string): Promise<Membership[]> {
  return db.query<Membership>(SELECT, [userId])
}

const SELECT = /* sql */ `
-- select memberships: $1 user
SELECT tenant_id AS "tenantId", role, business_unit_id::text AS "businessUnitId"
FROM linehaul.membership
WHERE user_id = $1::uuid
ORDER BY tenant_id`

/** @returns whether it was entered: not when the user is a member already. */
export async function insertMembership(
  db: Executor,
  userId: string,
  { tenantId, role, businessUnitId }: Membership,
): Promise<boolean> {
  return (await db.query(INSERT, [tenantId, userId, role, businessUnitId])).length > 0
}

const INSERT = /* sql */ `
-- insert membership: $1 tenant, $2 user, $3 role, $4 business unit or null
INSERT INTO linehaul.membership (tenant_id, user_id, role, business_unit_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, user_id) DO NOTHING
RETURNING 1`

export async function updateMembership(
  db: Executor,
  userId: string,
  { tenantId, role, businessUnitId }: Membership,
): Promise<void> {
  await db.query(UPDATE, [tenantId, userId, role, businessUnitId])
}

const UPDATE = /* sql */ `
-- update membership: $1 tenant, $2 user, $3 role, $4 business unit or null
UPDATE linehaul.membership
SET role = $3, business_unit_id = $4
WHERE tenant_id = $1 AND user_id = $2::uuid`

export async function deleteMembership(db: Executor, tenantId: string, userId: string): Promise<void> {
  await db.query(DELETE, [tenantId, userId])
}

const DELETE = /* sql */ `
-- delete membership: $1 tenant, $2 user
DELETE FROM linehaul.membership
WHERE tenant_id = $1 AND user_id = $2::uuid`

/** Until the transaction ends, nobody else changes who is admin or owner: two could remove one another. */
export async function lockMembers(db: Executor): Promise<void> {
  await db.query(LOCK)
}

const LOCK = /* sql */ `
-- lock members: the number is arbitrary, but never changes
SELECT pg_advisory_xact_lock(7263410)`

/** A tenant, if need be of those the one that is given, in which a user is an admin and nobody else who can sign in is one. */
export async function findTenantOfOnlyAdmin(
  db: Executor,
  userId: string,
  { tenantId, now }: { tenantId: string | null; now: Date },
): Promise<string | undefined> {
  const [only] = await db.query<{ tenantId: string }>(SELECT_ONLY, [userId, now, tenantId])
  return only?.tenantId
}

const SELECT_ONLY = /* sql */ `
-- select tenant of only admin: $1 user, $2 now, $3 only this tenant or null
SELECT own.tenant_id AS "tenantId"
FROM linehaul.membership AS own
JOIN linehaul.user_account AS account ON account.id = own.user_id AND account.disabled_at IS NULL
WHERE own.user_id = $1::uuid AND own.role = 'admin' AND ($3::text IS NULL OR own.tenant_id = $3)
  AND NOT EXISTS (
    SELECT FROM linehaul.membership AS other
    JOIN linehaul.user_account AS account ON account.id = other.user_id AND account.disabled_at IS NULL
      AND (account.one_time_until IS NULL OR account.one_time_until > $2)
    WHERE other.tenant_id = own.tenant_id AND other.role = 'admin' AND other.user_id <> own.user_id
  )
ORDER BY own.tenant_id
LIMIT 1`

/** Whether no owner but this user can sign in. */
export async function isOnlyOwner(db: Executor, userId: string, now: Date): Promise<boolean> {
  return (await db.query(SELECT_OTHER_OWNER, [userId, now])).length === 0
}

const SELECT_OTHER_OWNER = /* sql */ `
-- select another owner: $1 user, $2 now
SELECT 1
FROM linehaul.user_account
WHERE is_owner AND id <> $1::uuid AND disabled_at IS NULL
  AND (one_time_until IS NULL OR one_time_until > $2)
LIMIT 1`
