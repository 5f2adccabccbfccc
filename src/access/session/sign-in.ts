import { newId, type Transaction } from '../../database/index.js'
import { recordAudit } from '../audit.js'
import { lockAccount, selectAccountByEmail, type Account } from '../store/accounts.js'
import { selectMemberships } from '../store/memberships.js'
import { insertSession } from '../store/sessions.js'
import { getTenant } from '../tenant.js'
import { emailKey } from '../user/user.js'
import { AttemptGuard, type Origin } from './attempt-guard.js'
import { chooseTenant } from './choose-tenant.js'
import { UserDisabledError, WrongPasswordError } from './errors.js'
import { expiryOf } from './judge-token.js'
import { hashesOf, newRefreshToken } from './refresh-token.js'
import type { SessionPorts } from './session-ports.js'
import { signedIn, type SignedIn } from './signed-in.js'
import { standingOf } from './standing.js'

export interface SignInRequest {
  readonly email: string
  readonly password: string
  /** Needed by whoever belongs to several. */
  readonly tenantId?: string | undefined
}

/** Lets people in who know their password. */
export class SignIn {
  readonly #guard: AttemptGuard

  constructor(private readonly ports: SessionPorts) {
    this.#guard = new AttemptGuard(ports)
  }

  /**
   * Begins a session.
   * @throws ACCESS_WRONG_PASSWORD, ACCESS_LOCKED_OUT, ACCESS_USER_DISABLED, ACCESS_ONE_TIME_PASSWORD_EXPIRED,
   * ACCESS_CHOOSE_TENANT, ACCESS_NO_MEMBERSHIP, ACCESS_TENANT_NOT_FOUND,
   * ACCESS_SECRET_UNREADABLE
   */
  async signIn({ email, password, tenantId }: SignInRequest, origin: Origin): Promise<SignedIn> {
    const { database, secret } = this.ports
    await secret() // without it no token could be given for the session that is about to begin
    const account = await this.prove(emailKey(email), password, origin)
    const chosen = await this.#choose(account, tenantId)
    const [id, token] = [newId(), newRefreshToken()]
    await database.transaction(async (tx) => {
      await refuseChanged(tx, account)
      await this.#insert(tx, { id, account, tenantId: chosen, origin, ...hashesOf(token) })
      await recordSignIn(tx, { id, account, tenantId: chosen, origin })
    })
    return signedIn(this.ports, id, token)
  }

  /**
   * Looks whether somebody knows the password of an account, as often as that may be tried.
   * @param email in lower case
   * @throws ACCESS_WRONG_PASSWORD, ACCESS_LOCKED_OUT
   */
  async prove(email: string, password: string, origin: Origin): Promise<Account> {
    const { database, passwords } = this.ports
    await this.#guard.begin(email, origin)
    const account = await selectAccountByEmail(database, email)
    const isRight = await passwords.verify(account?.passwordHash, password)
    if (!account || !isRight) throw new WrongPasswordError()
    await database.transaction((tx) => this.#guard.succeed(tx, email, origin))
    return account
  }

  async #choose(account: Account, wanted: string | undefined): Promise<string> {
    const { database, clock } = this.ports
    const memberships = await selectMemberships(database, account.id)
    const tenantId = chooseTenant(memberships, { wanted, mayAll: account.isOwner })
    await getTenant(database, tenantId)
    const membership = memberships.find((one) => one.tenantId === tenantId)
    const { role = null, businessUnitId = null } = membership ?? {}
    standingOf({ ...account, tenantId, role, businessUnitId }, clock.now())
    return tenantId
  }

  async #insert(tx: Transaction, session: Begun & { familyHash: string; tokenHash: string }): Promise<void> {
    const { account, origin, ...row } = session
    const now = this.ports.clock.now()
    const { address, userAgent } = origin
    const times = { createdAt: now, expiresAt: expiryOf(now, now) }
    await insertSession(tx, { ...row, ...times, userId: account.id, address, userAgent })
  }
}

interface Begun {
  readonly id: string
  readonly account: Account
  readonly tenantId: string
  readonly origin: Origin
}

/** Whoever resets a password or disables an account ends its sessions: none may begin that they did not see. */
async function refuseChanged(tx: Transaction, { id, passwordHash }: Account): Promise<void> {
  const now = await lockAccount(tx, id)
  if (now?.passwordHash !== passwordHash) throw new WrongPasswordError()
  if (now.disabledAt !== null) throw new UserDisabledError()
}

function recordSignIn(tx: Transaction, { id, account, tenantId, origin }: Begun): Promise<void> {
  const { address, userAgent, requestId } = origin
  return recordAudit(tx, {
    tenantId,
    actor: `user:${account.id}`,
    action: 'session.begin',
    object: `session:${id}`,
    before: null,
    after: { userAgent },
    requestId,
    address,
  })
}
