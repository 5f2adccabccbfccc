import { isForeignKeyViolation, newId, type Transaction } from '../../database/index.js'
import { BusinessUnitNotFoundError } from '../business-unit/errors.js'
import type { Caller } from '../caller.js'
import { selectAccountByEmail } from '../store/accounts.js'
import { insertMembership } from '../store/memberships.js'
import { insertAccount, updateAccount } from '../store/users.js'
import { UserExistsError } from './errors.js'
import { isOwner } from './rules.js'
import { emailKey, type NewUser } from './user.js'

/** What is kept of a password, and until when it can be used if nobody has chosen it. */
export interface KeptPassword {
  readonly hash: string
  readonly oneTimeUntil: Date | null
}

interface Entry {
  readonly user: NewUser
  readonly password: KeptPassword
  readonly now: Date
}

/** Enters an account, unless there is one, and makes it a member, within `tx`; see `Users.create`. */
export async function enterUser(
  tx: Transaction,
  caller: Caller,
  { user, password, now }: Entry,
): Promise<{ id: string; wasThere: boolean }> {
  const { name, role, businessUnitId = null } = user
  const email = emailKey(user.email)
  const { hash: passwordHash, oneTimeUntil } = password
  const account = { id: newId(), email, name, passwordHash, oneTimeUntil, createdAt: now }
  const isNew = await insertAccount(tx, { ...account, isOwner: user.isOwner ?? false })
  const id = isNew ? account.id : await takeExisting(tx, caller, { user, password, now })
  const entering = insertMembership(tx, id, { tenantId: caller.tenantId, role, businessUnitId })
  if (!(await refuseUnknownUnit(businessUnitId, entering))) throw new UserExistsError(email)
  return { id, wasThere: !isNew }
}

/**
 * An account that is there is added to a tenant by owners only: admins of one tenant let nobody of another in. It keeps its
 * name and its password.
 */
async function takeExisting(tx: Transaction, caller: Caller, { user, password }: Entry): Promise<string> {
  const email = emailKey(user.email)
  const account = isOwner(caller) ? await selectAccountByEmail(tx, email) : undefined
  const wasChosen = password.oneTimeUntil === null
  if (!account || wasChosen) throw new UserExistsError(email)
  const { id, disabledAt } = account
  if (user.isOwner) await updateAccount(tx, id, { name: null, isOwner: true, disabledAt })
  return id
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
