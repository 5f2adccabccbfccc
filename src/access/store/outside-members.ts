import type { Executor } from '../../database/index.js'
import type { Role } from '../can.js'

/** Somebody with an account here who belongs to a tenant. */
export interface Member {
  readonly userId: string
  /** `owner` for owners of the instance, whatever they are in the tenant. */
  readonly role: Role
  readonly businessUnitId: string | null
  readonly isDisabled: boolean
}

/** @param email in lower case */
export async function selectMemberByEmail(
  db: Executor,
  tenantId: string,
  email: string,
): Promise<Member | undefined> {
  const [member] = await db.query<Member>(SELECT, [tenantId, email])
  return member
}

const SELECT = /* sql */ `
-- select member by e-mail: $1 tenant, $2 e-mail
SELECT account.id::text AS "userId", membership.business_unit_id::text AS "businessUnitId",
  CASE WHEN account.is_owner THEN 'owner' ELSE membership.role END AS "role",
  account.disabled_at IS NOT NULL AS "isDisabled"
FROM linehaul.user_account AS account
JOIN linehaul.membership ON membership.user_id = account.id AND membership.tenant_id = $1
WHERE account.email = $2`
