import { announceAccess } from '../store/announce.js'
import { lockAccount, selectAccount, type Account } from '../store/accounts.js'
import { deleteSessionsOf } from '../store/sessions.js'
import { updatePassword } from '../store/users.js'
import type { NewPassword } from '../user/passwords.js'
import { WeakPasswordError } from '../user/errors.js'
import type { Origin } from './attempt-guard.js'
import { OneTimePasswordExpiredError, SessionEndedError } from './errors.js'
import type { SessionPorts } from './session-ports.js'
import { SignIn } from './sign-in.js'

/** A change of a password that may be made: the old one was right. */
export interface ProvenChange {
  readonly account: Account
  readonly password: NewPassword
}

/** Lets people change their own password. */
export class OwnPassword {
  constructor(private readonly ports: SessionPorts) {}

  /**
   * Looks at the old password as a sign-in does, and at the new one. Outside a transaction, which hashing would hold up.
   * @throws ACCESS_WRONG_PASSWORD, ACCESS_LOCKED_OUT, ACCESS_ONE_TIME_PASSWORD_EXPIRED, ACCESS_WEAK_PASSWORD
   */
  async prove(
    userId: string,
    { oldPassword, newPassword }: { oldPassword: string; newPassword: string },
    origin: Origin,
  ): Promise<ProvenChange> {
    const { database, passwords, clock } = this.ports
    const known = await selectAccount(database, userId)
    if (!known) throw new SessionEndedError()
    const account = await new SignIn(this.ports).prove(known.email, oldPassword, origin)
    if (account.oneTimeUntil !== null && account.oneTimeUntil <= clock.now())
      throw new OneTimePasswordExpiredError()
    if (newPassword === oldPassword) throw new WeakPasswordError('is the old one')
    return { account, password: await passwords.chosen(newPassword, account.email) }
  }

  /** Makes a proven change, and ends every session of the account but the one that made it. */
  async change({ account, password }: ProvenChange, sessionId: string): Promise<void> {
    const { database, forget } = this.ports
    await database.transaction(async (tx) => {
      const before = await lockAccount(tx, account.id)
      // Reset by somebody else since the old one was proven.
      if (before?.passwordHash !== account.passwordHash) throw new SessionEndedError()
      await updatePassword(tx, account.id, { hash: password.hash, oneTimeUntil: null })
      await deleteSessionsOf(tx, { userId: account.id, except: sessionId })
      await announceAccess(tx, forget)
    })
  }
}
