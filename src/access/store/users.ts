import type { Executor } from '../../database/index.js'
import type { NewUser, User, UserFilter } from '../user/user.js'

/** A member as the tenant sees it, with what rules about accounts need to know. */
export type Member = User & { readonly tenants: number }

const COLUMNS = /* sql */ `
  account.id::text AS "id", account.email, account.name, membership.role,
  membership.business_unit_id::text AS "businessUnitId", account.is_owner AS "isOwner",
  account.disabled_at AS "disabledAt", account.one_time_until AS "oneTimeUntil",
  account.created_at AS "createdAt"`

export function selectUsers(
  db: Executor,
  tenantId: string,
  { limit, after, search }: UserFilter,
): Promise<User[]> {
  return db.query<User>(SELECT_PAGE, [tenantId, after ?? null, search?.toLowerCase() ?? null, limit])
}

const SELECT_PAGE = /* sql */ `
-- select users: $1 tenant, $2 after id or null, $3 part of name or e-mail in lower case or null, $4 limit
SELECT ${COLUMNS}
FROM linehaul.membership
JOIN linehaul.user_account AS account ON account.id = membership.user_id
WHERE membership.tenant_id = $1
  AND ($2::uuid IS NULL OR account.id < $2)
  AND ($3::text IS NULL OR position($3 IN account.email) > 0 OR position($3 IN lower(account.name)) > 0)
ORDER BY account.id DESC
LIMIT $4`

export async function selectMember(db: Executor, tenantId: string, id: string): Promise<Member | undefined> {
  const [member] = await db.query<Member>(SELECT_MEMBER, [tenantId, id])
  return member
}

const SELECT_MEMBER = /* sql */ `
-- select member: $1 tenant, $2 id
SELECT ${COLUMNS},
  (SELECT count(*)::int FROM linehaul.membership AS every WHERE every.user_id = account.id) AS tenants
FROM linehaul.membership
JOIN linehaul.user_account AS account ON account.id = membership.user_id
WHERE membership.tenant_id = $1 AND account.id = $2::uuid`

export interface NewAccount extends Pick<NewUser, 'email' | 'name'> {
  readonly id: string
  readonly passwordHash: string
  readonly oneTimeUntil: Date | null
  readonly isOwner: boolean
  readonly createdAt: Date
}

/** @returns whether it was entered: not when there is an account for that e-mail. */
export async function insertAccount(db: Executor, account: NewAccount): Promise<boolean> {
  const { id, email, name, passwordHash, oneTimeUntil, isOwner, createdAt } = account
  return (
    (await db.query(INSERT, [id, email, name, passwordHash, oneTimeUntil, isOwner, createdAt])).length > 0
  )
}

const INSERT = /* sql */ `
-- insert user: $1 id, $2 e-mail, $3 name, $4 password's hash, $5 until when it can be used or null, $6 is owner, $7 now
INSERT INTO linehaul.user_account (id, email, name, password_hash, one_time_until, is_owner, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (email) DO NOTHING
RETURNING 1`

/** `null` leaves a column as it is; when it is disabled is taken as it is given. */
export async function updateAccount(
  db: Executor,
  id: string,
  { name, isOwner, disabledAt }: { name: string | null; isOwner: boolean | null; disabledAt: Date | null },
): Promise<void> {
  await db.query(UPDATE, [id, name, isOwner, disabledAt])
}

const UPDATE = /* sql */ `
-- update user: $1 id, $2 name or null, $3 is owner or null, $4 disabled at or null
UPDATE linehaul.user_account
SET name = coalesce($2, name),
    is_owner = coalesce($3, is_owner),
    disabled_at = $4
WHERE id = $1::uuid`

export async function updatePassword(
  db: Executor,
  id: string,
  { hash, oneTimeUntil }: { hash: string; oneTimeUntil: Date | null },
): Promise<void> {
  await db.query(UPDATE_PASSWORD, [id, hash, oneTimeUntil])
}

const UPDATE_PASSWORD = /* sql */ `
-- set password: $1 user, $2 hash, $3 until when it can be used or null
UPDATE linehaul.user_account
SET password_hash = $2, one_time_until = $3
WHERE id = $1::uuid`

export async function deleteAccount(db: Executor, id: string): Promise<void> {
  await db.query(`-- delete user: $1 id\nDELETE FROM linehaul.user_account WHERE id = $1::uuid`, [id])
}
