import type { Executor } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { AccessError } from '../access-error.js'
import type { Caller } from '../caller.js'
import type { Credential, FindCredential } from '../credentials.js'
import { selectSessionOwner, type SessionOwner } from '../store/session-callers.js'
import type { AccessTokens } from './access-tokens.js'
import { standingOf } from './standing.js'

/** Tokens of people who have signed in, as a kind of credential. */
export function sessionTokens(
  db: Executor,
  { tokens, clock }: { tokens: AccessTokens; clock: Clock },
): FindCredential {
  return async (secret) => {
    const now = clock.now()
    const token = await tokens.verify(secret, now)
    const owner = token && (await selectSessionOwner(db, token.sessionId))
    return token && owner && credentialOf(token, owner, now)
  }
}

function credentialOf(
  token: { sessionId: string; expiresAt: Date },
  owner: SessionOwner,
  now: Date,
): Credential | undefined {
  const caller = callerOf(token.sessionId, owner, now)
  return (
    caller && { caller, expiresAt: owner.expiresAt < token.expiresAt ? owner.expiresAt : token.expiresAt }
  )
}

/** Who somebody who has signed in is to the rest of the program; `undefined` for whom may not come in any more. */
export function callerOf(sessionId: string, owner: SessionOwner, now: Date): Caller | undefined {
  try {
    const { role, businessUnitId, mustChangePassword } = standingOf(owner, now)
    const { tenantId, userId } = owner
    return {
      tenantId,
      actor: `user:${userId}`,
      role,
      scopes: mustChangePassword ? [] : null,
      businessUnitId,
      session: { id: sessionId, userId, mustChangePassword },
    }
  } catch (error) {
    if (error instanceof AccessError) return undefined
    throw error
  }
}
