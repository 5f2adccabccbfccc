import type { Executor } from '../../database/index.js'

/**
 * Where a person's mails of one tenant go; `undefined` for an account that is gone or disabled, or is not of the tenant any
 * more: what waited for quiet hours or a mail server is no longer for them.
 */
export async function findAddress(
  db: Executor,
  { tenantId, userId }: { tenantId: string; userId: string },
): Promise<string | undefined> {
  const [found] = await db.query<{ email: string }>(FIND, [tenantId, userId])
  return found?.email
}

const FIND = /* sql */ `
-- find mail address: $1 tenant, $2 user
SELECT email FROM linehaul.user_account AS account
WHERE id = $2::uuid AND disabled_at IS NULL
  AND (is_owner OR EXISTS (SELECT FROM linehaul.membership WHERE tenant_id = $1 AND user_id = account.id))`
