import type { Executor } from '../../database/index.js'

/** Somebody with an account that is in use. */
export interface Recipient {
  readonly userId: string
  /** As they were stored; null: never. */
  readonly preferences: unknown
}

interface Part {
  readonly tenantId: string
  /** The last one of the part before, or null. */
  readonly after: string | null
  readonly limit: number
}

const COLUMNS = /* sql */ `
  account.id::text AS "userId", preference.value AS "preferences"`

const PREFERENCE = /* sql */ `
LEFT JOIN linehaul.notification_preference AS preference
  ON preference.tenant_id = $1 AND preference.user_id = account.id`

/** Members with one of `roles`, and those who are owners besides, in order of their ids. */
export function selectMembers(
  db: Executor,
  { tenantId, roles, after, limit }: Part & { roles: readonly string[] },
): Promise<Recipient[]> {
  return db.query<Recipient>(MEMBERS, [tenantId, roles, after, limit])
}

const MEMBERS = /* sql */ `
-- select members to tell: $1 tenant, $2 roles, $3 after user or null, $4 limit
SELECT ${COLUMNS}
FROM linehaul.membership
JOIN linehaul.user_account AS account ON account.id = membership.user_id
${PREFERENCE}
WHERE membership.tenant_id = $1
  AND (membership.role = ANY ($2::text[]) OR account.is_owner)
  AND account.disabled_at IS NULL
  AND ($3::uuid IS NULL OR account.id > $3)
ORDER BY account.id
LIMIT $4`

/** The owners of the instance, in order of their ids. */
export function selectOwners(db: Executor, { tenantId, after, limit }: Part): Promise<Recipient[]> {
  return db.query<Recipient>(OWNERS, [tenantId, after, limit])
}

const OWNERS = /* sql */ `
-- select owners to tell: $1 tenant, $2 after user or null, $3 limit
SELECT ${COLUMNS}
FROM linehaul.user_account AS account
${PREFERENCE}
WHERE account.is_owner AND account.disabled_at IS NULL AND ($2::uuid IS NULL OR account.id > $2)
ORDER BY account.id
LIMIT $3`

/** One member of the tenant, or an owner, who may be in any. `isDisabled`: there is nobody to tell, and that is no mistake. */
export async function findRecipient(
  db: Executor,
  tenantId: string,
  userId: string,
): Promise<(Recipient & { readonly isDisabled: boolean }) | undefined> {
  const [recipient] = await db.query<Recipient & { isDisabled: boolean }>(ONE, [tenantId, userId])
  return recipient
}

const ONE = /* sql */ `
-- find user to tell: $1 tenant, $2 user
SELECT ${COLUMNS}, account.disabled_at IS NOT NULL AS "isDisabled"
FROM linehaul.user_account AS account
${PREFERENCE}
WHERE account.id = $2::uuid
  AND (account.is_owner
    OR EXISTS (SELECT FROM linehaul.membership WHERE tenant_id = $1 AND user_id = account.id))`
