import type { Role } from '../can.js'
import { selectSessionOwner } from '../store/session-callers.js'
import { getTenant, type Tenant } from '../tenant.js'
import type { AccessToken } from './access-tokens.js'
import { SessionEndedError } from './errors.js'
import { writeToken, type RefreshToken } from './refresh-token.js'
import type { SessionPorts } from './session-ports.js'
import { standingOf } from './standing.js'

/** What somebody who signs in, or goes on with a session, is given. */
export interface SignedIn extends AccessToken {
  readonly refreshToken: string
  /** When the session ends if nobody refreshes it. */
  readonly sessionExpiresAt: Date
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
  readonly tenant: Tenant
  readonly role: Role
  /** Nothing else can be done before. */
  readonly mustChangePassword: boolean
}

/** @throws ACCESS_SESSION_ENDED, and as `standingOf` does */
export async function signedIn(
  { database, clock, tokens }: SessionPorts,
  sessionId: string,
  refreshToken: RefreshToken,
): Promise<SignedIn> {
  const now = clock.now()
  const owner = await selectSessionOwner(database, sessionId)
  if (!owner) throw new SessionEndedError()
  const { userId, email, name, tenantId } = owner
  const { role, mustChangePassword } = standingOf(owner, now)
  return {
    ...(await tokens.sign({ userId, sessionId }, now)),
    refreshToken: writeToken(refreshToken),
    sessionExpiresAt: owner.expiresAt,
    user: { id: userId, email, name },
    tenant: await getTenant(database, tenantId),
    role,
    mustChangePassword,
  }
}
