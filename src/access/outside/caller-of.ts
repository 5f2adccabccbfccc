import type { Caller } from '../caller.js'
import type { Member } from '../store/outside-members.js'
import type { Provider } from './provider.js'
import { roleOf } from './role-of.js'
import type { Proven } from './verify-token.js'

/**
 * Who a token's bearer is here: the member of the provider's tenant with that e-mail, else somebody from outside with the
 * role that the provider gives. `undefined` when they may not come in.
 *
 * Whoever runs the provider could claim any e-mail, so it finds nobody beyond what the provider is for: no owner of the
 * instance, and no member of another business unit. They come in as anybody from outside does.
 */
export function callerOf(
  provider: Provider,
  { subject, claims }: Pick<Proven, 'subject' | 'claims'>,
  member: Member | undefined,
): Caller | undefined {
  const { id, tenantId, businessUnitId } = provider
  const via = `identity-provider:${id}`
  if (member?.isDisabled) return undefined
  if (member && isWithin(member, provider)) {
    const { userId, role } = member
    const actor = `user:${userId}`
    return { tenantId, actor, role, scopes: null, businessUnitId: member.businessUnitId, via }
  }
  const role = roleOf(claims, provider)
  return role && { tenantId, actor: `outside:${id}:${subject}`, role, scopes: null, businessUnitId, via }
}

function isWithin(member: Member, { businessUnitId }: Provider): boolean {
  const isOfUnit = businessUnitId === null || member.businessUnitId === businessUnitId
  return isOfUnit && member.role !== 'owner'
}
