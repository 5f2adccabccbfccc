import type { Database, Transaction } from '../../database/index.js'
import { toMs, type Clock } from '../../time/index.js'
import { recordAudit } from '../audit.js'
import { selectAccountByEmail } from '../store/accounts.js'
import { countAttempts, deleteAttempts, forgiveAttempt } from '../store/attempts.js'
import { selectMemberships } from '../store/memberships.js'
import { LockedOutError } from './errors.js'
import { addressSubject, longestLock, subjectsOf, WINDOW, type Lock } from './lock-out.js'

/** From where a request comes, for the record. */
export interface Origin {
  readonly address: string
  readonly userAgent: string | null
  readonly requestId: string | null
}

/** Locks accounts and addresses out for a while from which too many passwords were wrong. */
export class AttemptGuard {
  constructor(private readonly options: { readonly database: Database; readonly clock: Clock }) {}

  /**
   * To be called before a password is looked at: many at the same time count as many. Whether there is such an account
   * makes no difference.
   * @param email in lower case
   * @throws {LockedOutError} ACCESS_LOCKED_OUT
   */
  async begin(email: string, origin: Origin): Promise<void> {
    const now = this.options.clock.now()
    const lock = await this.options.database.transaction(async (tx) => {
      const subjects = subjectsOf(email, origin.address)
      const windowStart = new Date(now.getTime() - toMs(WINDOW))
      const lock = longestLock(subjects, await countAttempts(tx, { subjects, now, windowStart }), now)
      if (lock?.isNew) await recordLock(tx, email, { lock, origin })
      return lock
    })
    if (lock) throw new LockedOutError(lock.retryAfterSeconds)
  }

  /** The password was right. */
  async succeed(tx: Transaction, email: string, { address }: Origin): Promise<void> {
    await deleteAttempts(tx, email)
    await forgiveAttempt(tx, addressSubject(address))
  }
}

/** In the trails of the account's tenants; of an account that is not there, in that of the instance's own tenant. */
async function recordLock(
  tx: Transaction,
  email: string,
  { lock, origin }: { lock: Lock; origin: Origin },
): Promise<void> {
  const account = await selectAccountByEmail(tx, email)
  const memberships = account ? await selectMemberships(tx, account.id) : [{ tenantId: 'default' }]
  for (const { tenantId } of memberships)
    await recordAudit(tx, {
      tenantId,
      actor: 'system:sign-in',
      action: 'sign-in.lock',
      object: lock.subject,
      before: null,
      after: { email, forSeconds: lock.retryAfterSeconds },
      requestId: origin.requestId,
      address: origin.address,
    })
}
