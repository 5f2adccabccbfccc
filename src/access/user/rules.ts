import type { Role } from '../can.js'
import { userIdOf, type Caller } from '../caller.js'
import { asTaker, excessOf, GivesTooMuchError } from '../give.js'
import { OwnersOnlyError, OwnUnitError, UserSharedError, WeakPasswordError } from './errors.js'
import type { TenantRole, UserChanges } from './user.js'

/** The user whom a caller wants to change. */
export interface Target {
  readonly id: string
  readonly email: string
  readonly role: TenantRole
  readonly isOwner: boolean
  readonly businessUnitId: string | null
  /** How many tenants it belongs to. */
  readonly tenants: number
}

/** Whether a caller may do whatever owners of the instance may. */
export function isOwner(caller: Caller): boolean {
  return excess(asTaker(caller), 'owner') === undefined
}

/** @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH */
export function refuseGiving(caller: Caller, role: Role): void {
  const why = excess(caller, role)
  if (why !== undefined) throw new GivesTooMuchError(why)
}

function excess(caller: Caller, role: Role): string | undefined {
  return excessOf(caller, { role, scopes: null, expiresAt: null })
}

/** @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH */
export function refuseChanging(caller: Caller, target: Target): void {
  refuseGiving(asTaker(caller), roleOf(target))
}

/** Also for whoever lets somebody in again. @throws {GivesTooMuchError} ACCESS_GIVES_TOO_MUCH */
export function refuseRenewing(caller: Caller, target: Target): void {
  refuseGiving(caller, roleOf(target))
}

function roleOf({ isOwner, role }: Target): Role {
  return isOwner ? 'owner' : role
}

/** What is of the account and not of the membership is of all its tenants.
 * @throws {UserSharedError} ACCESS_USER_SHARED */
export function refuseShared(caller: Caller, { email, tenants }: Target): void {
  if (tenants > 1 && !isOwner(caller)) throw new UserSharedError(email)
}

/** Looks whether a caller may change a user like this. */
export function refuseChanges(caller: Caller, target: Target, changes: UserChanges): void {
  refuseChanging(caller, target)
  refuseOwnUnit(caller, target, changes)
  if (changes.role !== undefined) refuseGiving(caller, changes.role)
  if (changes.isOwner !== undefined) refuseToOthers(caller, 'say who is one')
  if (changes.isOwner) refuseGiving(caller, 'owner')
  if (changes.isDisabled === false) refuseRenewing(caller, target)
  if (changes.name !== undefined || changes.isDisabled !== undefined) refuseShared(caller, target)
}

/** Whose part of the tenant somebody works for is for others to say. @throws {OwnUnitError} ACCESS_OWN_UNIT */
function refuseOwnUnit(caller: Caller, { id, businessUnitId }: Target, changes: UserChanges): void {
  const isAnother = changes.businessUnitId !== undefined && changes.businessUnitId !== businessUnitId
  if (isAnother && userIdOf(caller) === id) throw new OwnUnitError()
}

/** @throws {OwnersOnlyError} ACCESS_OWNERS_ONLY */
export function refuseToOthers(caller: Caller, what: string): void {
  if (!isOwner(caller)) throw new OwnersOnlyError(what)
}

/** Fewest and most characters of a password that somebody chooses. */
export const PASSWORD_LENGTH = { least: 12, most: 200 } as const

/** @throws {WeakPasswordError} ACCESS_WEAK_PASSWORD */
export function refuseWeak(password: string, email: string): void {
  const { least, most } = PASSWORD_LENGTH
  if (password.length < least || password.length > most)
    throw new WeakPasswordError(`must have ${least} to ${most} characters`)
  if (new Set(password).size < 5) throw new WeakPasswordError('consists of fewer than 5 different characters')
  if (password.toLowerCase().includes(email.toLowerCase())) throw new WeakPasswordError('contains the e-mail')
}
