import { isForeignKeyViolation, newId, type Transaction } from '../../database/index.js'
import { BusinessUnitNotFoundError } from '../business-unit/errors.js'
import type { Caller } from '../caller.js'
import { selectAccountByEmail } from '../store/accounts.js'
import { insertMembership, lockMembers } from '../store/memberships.js'
import { insertAccount, updateAccount } from '../store/users.js'
import { UserExistsError } from './errors.js'
import { replacePassword, type KeptPassword } from './replace-password.js'
import { isOwner } from './rules.js'
import { emailKey, type NewUser } from './user.js'

interface Entry {
  readonly user: NewUser
  readonly password: KeptPassword
  readonly now: Date
}

/** How somebody became a member. */
export interface Entered {
  readonly id: string
  readonly wasThere: boolean
  readonly hasNewPassword: boolean
}

/** Enters an account, unless there is one, and makes it a member, within `tx`; see `Users.create`. */
export async function enterUser(
  tx: Transaction,
  caller: Caller,
  { user, password, now }: Entry,
): Promise<Entered> {
  await lockMembers(tx)
  const { name, role, businessUnitId = null } = user
  const email = emailKey(user.email)
  const { hash: passwordHash, oneTimeUntil } = password
  const account = { id: newId(), email, name, passwordHash, oneTimeUntil, createdAt: now }
  const isNew = await insertAccount(tx, { ...account, isOwner: user.isOwner ?? false })
  const entered = isNew
    ? { id: account.id, wasThere: false, hasNewPassword: true }
    : await takeExisting(tx, caller, { user, password, now })
  const entering = insertMembership(tx, entered.id, { tenantId: caller.tenantId, role, businessUnitId })
  if (!(await refuseUnknownUnit(businessUnitId, entering))) throw new UserExistsError(email)
  return entered
}

/**
 * An account that is there is added to a tenant by owners only: admins of one tenant let nobody of another in. It keeps its
 * name, but not its password, which may be one that only an admin of the other tenant knows. An owner's is of no use to them.
 */
async function takeExisting(tx: Transaction, caller: Caller, { user, password }: Entry): Promise<Entered> {
  const email = emailKey(user.email)
  const account = isOwner(caller) ? await selectAccountByEmail(tx, email) : undefined
  const wasChosen = password.oneTimeUntil === null
  if (!account || wasChosen) throw new UserExistsError(email)
  const { id, disabledAt } = account
  if (user.isOwner) await updateAccount(tx, id, { name: null, isOwner: true, disabledAt })
  if (!account.isOwner) await replacePassword(tx, account, password)
  return { id, wasThere: true, hasNewPassword: !account.isOwner }
}

/** @throws {BusinessUnitNotFoundError} ACCESS_BUSINESS_UNIT_NOT_FOUND when `change` names a unit that is not of the tenant */
export async function refuseUnknownUnit<Result>(
  businessUnitId: string | null | undefined,
  change: Promise<Result>,
): Promise<Result> {
  try {
    return await change
  } catch (error) {
    if (isForeignKeyViolation(error, 'membership_unit'))
      throw new BusinessUnitNotFoundError(String(businessUnitId))
    throw error
  }
}
