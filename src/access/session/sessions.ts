import { type Transaction } from '../../database/index.js'
import { recordAudit } from '../audit.js'
import { announceAccess } from '../store/announce.js'
import {
  deleteSessionsOf,
  rotateSession,
  selectSessionByFamily,
  selectSessions,
  type Ending,
  type Session,
  type SessionTokens,
} from '../store/sessions.js'
import type { Origin } from './attempt-guard.js'
import { SessionEndedError, SessionNotFoundError, TokenReusedError } from './errors.js'
import { expiryOf, judgeToken } from './judge-token.js'
import { hashesOf, readToken, tokenAfter, type RefreshToken } from './refresh-token.js'
import type { SessionPorts } from './session-ports.js'
import { signedIn, type SignedIn } from './signed-in.js'

/** What people have begun by signing in. */
export class Sessions {
  constructor(private readonly ports: SessionPorts) {}

  /** The one used last first, 200 at most. */
  list(userId: string): Promise<readonly Session[]> {
    return selectSessions(this.ports.database, userId, this.ports.clock.now())
  }

  /**
   * Goes on with a session and gives the next refresh token. One that was used before ends the whole session, after a
   * few seconds of grace: whoever brings it, or whoever used it, is not who signed in.
   * @throws ACCESS_SESSION_ENDED, ACCESS_TOKEN_REUSED, and as `standingOf` does
   */
  async refresh(text: string, origin: Origin): Promise<SignedIn> {
    const token = readToken(text)
    const session = token && (await this.#find(token))
    if (!session) throw new SessionEndedError()
    const next = tokenAfter(token, await this.ports.secret())
    const verdict = judgeToken(session, hashesOf(token).tokenHash, this.ports.clock.now())
    if (verdict === 'ended') throw new SessionEndedError()
    if (verdict === 'stolen') {
      await this.#endRecorded(session, 'session.end-stolen', origin)
      throw new TokenReusedError()
    }
    // The next one was made with a secret that has changed since: this one would never be known.
    if (verdict === 'repeat' && hashesOf(next).tokenHash !== session.tokenHash) throw new SessionEndedError()
    // Where somebody else was faster with the same token, it is judged once more.
    if (verdict === 'rotate' && !(await this.#rotate(session, { token, next, origin })))
      return this.refresh(text, origin)
    return signedIn(this.ports, session.id, next)
  }

  /** Ends the session that a refresh token is of, if there is one. */
  async signOut(text: string, origin: Origin): Promise<void> {
    const token = readToken(text)
    const session = token && (await this.#find(token))
    if (session) await this.#endRecorded(session, 'session.end', origin)
  }

  /** @returns how many ended */
  async end(ending: Ending): Promise<number> {
    return this.ports.database.transaction(async (tx) => {
      await announceAccess(tx, this.ports.forget)
      return deleteSessionsOf(tx, ending)
    })
  }

  /** @throws {SessionNotFoundError} ACCESS_SESSION_NOT_FOUND */
  async endOne(userId: string, id: string): Promise<void> {
    if ((await this.end({ userId, only: id })) === 0) throw new SessionNotFoundError(id)
  }

  #find(token: RefreshToken): Promise<SessionTokens | undefined> {
    return selectSessionByFamily(this.ports.database, hashesOf(token).familyHash)
  }

  /** @returns whether the token was still the newest one */
  #rotate(
    session: SessionTokens,
    { token, next, origin }: { token: RefreshToken; next: RefreshToken; origin: Origin },
  ): Promise<boolean> {
    const now = this.ports.clock.now()
    return rotateSession(this.ports.database, session.id, {
      fromHash: hashesOf(token).tokenHash,
      toHash: hashesOf(next).tokenHash,
      now,
      expiresAt: expiryOf(session.createdAt, now),
      userAgent: origin.userAgent,
      address: origin.address,
    })
  }

  async #endRecorded(session: SessionTokens, action: string, origin: Origin): Promise<void> {
    const { id, userId, tenantId } = session
    await this.ports.database.transaction(async (tx) => {
      if ((await deleteSessionsOf(tx, { userId, only: id })) === 0) return
      await announceAccess(tx, this.ports.forget)
      await recordEnd(tx, { tenantId, userId, id, action, origin })
    })
  }
}

interface Ended {
  readonly tenantId: string
  readonly userId: string
  readonly id: string
  readonly action: string
  readonly origin: Origin
}

function recordEnd(tx: Transaction, { tenantId, userId, id, action, origin }: Ended): Promise<void> {
  return recordAudit(tx, {
    tenantId,
    actor: `user:${userId}`,
    action,
    object: `session:${id}`,
    before: null,
    after: null,
    requestId: origin.requestId,
    address: origin.address,
  })
}
