import type { Role } from '../can.js'
import type { SessionOwner } from '../store/session-callers.js'
import { NoMembershipError, OneTimePasswordExpiredError, UserDisabledError } from './errors.js'

/** What somebody may do by signing in. */
export interface Standing {
  readonly role: Role
  readonly businessUnitId: string | null
  /** Until a one-time password is changed, nothing else may be done. */
  readonly mustChangePassword: boolean
}

type Facts = Pick<
  SessionOwner,
  'tenantId' | 'role' | 'businessUnitId' | 'isOwner' | 'disabledAt' | 'oneTimeUntil'
>

/**
 * Judges by how things are now, at the sign-in and at every use of it.
 * @throws ACCESS_USER_DISABLED, ACCESS_ONE_TIME_PASSWORD_EXPIRED, ACCESS_NO_MEMBERSHIP
 */
export function standingOf(facts: Facts, now: Date): Standing {
  const { tenantId, businessUnitId, isOwner, disabledAt, oneTimeUntil } = facts
  if (disabledAt !== null) throw new UserDisabledError()
  if (oneTimeUntil !== null && oneTimeUntil <= now) throw new OneTimePasswordExpiredError()
  const role = isOwner ? 'owner' : facts.role
  if (role === null) throw new NoMembershipError(tenantId)
  return { role, businessUnitId, mustChangePassword: oneTimeUntil !== null }
}
