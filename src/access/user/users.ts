import type { Database, Transaction } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import type { Caller } from '../caller.js'
import { selectAccount } from '../store/accounts.js'
import { announceAccess } from '../store/announce.js'
import { deleteSessionsOf } from '../store/sessions.js'
import { lockMembers, selectMemberships } from '../store/memberships.js'
import { selectMember, selectUsers, type Member } from '../store/users.js'
import { changeMember, getMember, removeMember } from './change-user.js'
import { enterUser, refuseUnknownUnit } from './enter-user.js'
import { UserNotFoundError } from './errors.js'
import type { NewPassword, Passwords } from './passwords.js'
import { replacePassword, type KeptPassword } from './replace-password.js'
import { refuseChanging, refuseGiving, refuseRenewing, refuseShared, refuseToOthers } from './rules.js'
import type { NewUser, User, UserChanges, UserFilter } from './user.js'

/** How long a password that nobody has chosen can be used. */
export const ONE_TIME_FOR = '7d'

export interface UsersOptions {
  readonly database: Database
  readonly clock: Clock
  readonly passwords: Pick<Passwords, 'oneTime'>
  /** Called once a change of who may do what has been committed. */
  readonly forget: () => void
}

/** The members of the caller's tenant. Nobody gives more than they have, nor takes from those who have more. */
export class Users {
  constructor(private readonly options: UsersOptions) {}

  /** Newest first. */
  list(tenantId: string, filter: UserFilter): Promise<readonly User[]> {
    return selectUsers(this.options.database, tenantId, filter)
  }

  /** @throws {UserNotFoundError} ACCESS_USER_NOT_FOUND */
  async get(tenantId: string, id: string): Promise<User> {
    const member = await selectMember(this.options.database, tenantId, id)
    if (!member) throw new UserNotFoundError(id)
    return withoutTenants(member)
  }

  /** Whose account it is, whatever the tenant; `null` when there is none. */
  async findAccount(id: string): Promise<Pick<User, 'id' | 'email' | 'name'> | null> {
    const account = await selectAccount(this.options.database, id)
    return account ? { id, email: account.email, name: account.name } : null
  }

  /** The ids of the tenants to which an account belongs. */
  async listTenants(id: string): Promise<readonly string[]> {
    return (await selectMemberships(this.options.database, id)).map(({ tenantId }) => tenantId)
  }

  /**
   * Makes an account and a member of the caller's tenant; for an owner also a member of an account that is there.
   * @param password of the account, also of one that was there and is no owner's, whose sessions end; one that was chosen
   * comes from owners only, and only for a new account
   * @throws ACCESS_GIVES_TOO_MUCH, ACCESS_OWNERS_ONLY, ACCESS_USER_EXISTS, ACCESS_BUSINESS_UNIT_NOT_FOUND
   */
  async create(
    caller: Caller,
    user: NewUser,
    password: NewPassword,
  ): Promise<{ user: User; oneTimePassword: string | null; wasThere: boolean }> {
    refuseGiving(caller, user.role)
    if (user.isOwner) refuseToOthers(caller, 'make owners')
    if (password.oneTime === null) refuseToOthers(caller, 'choose a password for others')
    const { id, wasThere, hasNewPassword } = await this.#change((tx) =>
      enterUser(tx, caller, { user, password: this.#kept(password), now: this.options.clock.now() }),
    )
    return {
      user: await this.get(caller.tenantId, id),
      oneTimePassword: hasNewPassword ? password.oneTime : null,
      wasThere,
    }
  }

  /**
   * Changes what `changes` names and leaves the rest; whoever is disabled is signed out everywhere. Whoever becomes an owner is
   * as well, and gets a one-time password: admins may know the one before.
   * @throws ACCESS_USER_NOT_FOUND, ACCESS_GIVES_TOO_MUCH, ACCESS_OWNERS_ONLY, ACCESS_USER_SHARED,
   * ACCESS_LAST_ADMIN, ACCESS_LAST_OWNER, ACCESS_BUSINESS_UNIT_NOT_FOUND
   */
  async change(
    caller: Caller,
    id: string,
    changes: UserChanges,
  ): Promise<{ before: User; user: User; oneTimePassword: string | null }> {
    const now = this.options.clock.now()
    const made = this.#change(async (tx) => {
      const before = await changeMember(tx, caller, id, { changes, now })
      const isPromoted = changes.isOwner === true && !before.isOwner
      return { before, oneTimePassword: isPromoted ? await this.#giveOneTime(tx, before) : null }
    })
    const { before, oneTimePassword } = await refuseUnknownUnit(changes.businessUnitId, made)
    return { before: withoutTenants(before), user: await this.get(caller.tenantId, id), oneTimePassword }
  }

  /**
   * Takes a user out of the caller's tenant; an account that then belongs to none is deleted.
   * @returns the user as it was
   * @throws ACCESS_USER_NOT_FOUND, ACCESS_GIVES_TOO_MUCH, ACCESS_LAST_ADMIN, ACCESS_STILL_OWNER
   */
  async remove(caller: Caller, id: string): Promise<User> {
    const now = this.options.clock.now()
    return withoutTenants(await this.#change((tx) => removeMember(tx, caller, id, now)))
  }

  /**
   * Gives an account a new password, signs it out everywhere and lets it try again at once.
   * @throws ACCESS_USER_NOT_FOUND, ACCESS_GIVES_TOO_MUCH, ACCESS_USER_SHARED, ACCESS_OWNERS_ONLY
   */
  async resetPassword(caller: Caller, id: string, password: NewPassword): Promise<void> {
    if (password.oneTime === null) refuseToOthers(caller, 'choose a password for others')
    await this.#change(async (tx) => {
      await lockMembers(tx)
      const member = await this.#changeable(tx, caller, id)
      refuseRenewing(caller, member)
      refuseShared(caller, member)
      await replacePassword(tx, member, this.#kept(password))
    })
  }

  /** Ends what a user began in the caller's tenant. @throws ACCESS_USER_NOT_FOUND, ACCESS_GIVES_TOO_MUCH */
  async endSessions(caller: Caller, id: string): Promise<void> {
    await this.#change(async (tx) => {
      await this.#changeable(tx, caller, id)
      await deleteSessionsOf(tx, { userId: id, tenantId: caller.tenantId })
    })
  }

  async #changeable(tx: Transaction, caller: Caller, id: string): Promise<Member> {
    const member = await getMember(tx, caller.tenantId, id)
    refuseChanging(caller, member)
    return member
  }

  async #giveOneTime(tx: Transaction, member: Member): Promise<string | null> {
    const password = await this.options.passwords.oneTime()
    await replacePassword(tx, member, this.#kept(password))
    return password.oneTime
  }

  #kept({ hash, oneTime }: NewPassword): KeptPassword {
    const until = new Date(this.options.clock.now().getTime() + toMs(ONE_TIME_FOR))
    return { hash, oneTimeUntil: oneTime === null ? null : until }
  }

  #change<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.options.database.transaction(async (tx) => {
      const result = await work(tx)
      await announceAccess(tx, this.options.forget)
      return result
    })
  }
}

function withoutTenants({ tenants: _, ...user }: Member): User {
  return user
}
