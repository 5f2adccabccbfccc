import type { Membership } from '../store/memberships.js'
import { ChooseTenantError, NoMembershipError } from './errors.js'

/**
 * Which tenant a sign-in is for: the one that is wanted, or the only one.
 * @throws {ChooseTenantError} ACCESS_CHOOSE_TENANT when there are several
 * @throws {NoMembershipError} ACCESS_NO_MEMBERSHIP
 */
export function chooseTenant(
  memberships: readonly Pick<Membership, 'tenantId'>[],
  { wanted, mayAll }: { wanted: string | undefined; mayAll: boolean },
): string {
  const tenants = memberships.map(({ tenantId }) => tenantId)
  if (wanted !== undefined) {
    if (mayAll || tenants.includes(wanted)) return wanted
    throw new NoMembershipError(wanted)
  }
  const [first] = tenants
  if (first === undefined) throw new NoMembershipError(undefined)
  if (tenants.length > 1) throw new ChooseTenantError(tenants)
  return first
}
