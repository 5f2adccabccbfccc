import type { Executor } from '../../database/index.js'
import type { TenantRole } from '../user/user.js'

/** Who a session belongs to, as everything is now. */
export interface SessionOwner {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly tenantId: string
  /** `null` for somebody who does not belong to the tenant, as owners need not. */
  readonly role: TenantRole | null
  readonly businessUnitId: string | null
  readonly isOwner: boolean
  readonly disabledAt: Date | null
  readonly oneTimeUntil: Date | null
  readonly expiresAt: Date
}

export async function selectSessionOwner(db: Executor, sessionId: string): Promise<SessionOwner | undefined> {
  const [owner] = await db.query<SessionOwner>(SELECT, [sessionId])
  return owner
}

const SELECT = /* sql */ `
-- select owner of session: $1 session
SELECT account.id::text AS "userId", account.email, account.name, session.tenant_id AS "tenantId", membership.role,
  membership.business_unit_id::text AS "businessUnitId", account.is_owner AS "isOwner",
  account.disabled_at AS "disabledAt", account.one_time_until AS "oneTimeUntil", session.expires_at AS "expiresAt"
FROM linehaul.session
JOIN linehaul.user_account AS account ON account.id = session.user_id
LEFT JOIN linehaul.membership ON membership.tenant_id = session.tenant_id AND membership.user_id = session.user_id
WHERE session.id = $1::uuid`
