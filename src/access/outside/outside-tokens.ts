import type { Executor } from '../../database/index.js'
import { systemClock, type Clock } from '../../time/index.js'
import type { Caller } from '../caller.js'
import type { Credential, FindCredential } from '../credentials.js'
import { selectMemberByEmail } from '../store/outside-members.js'
import { selectProvidersOf } from '../store/providers.js'
import { callerOf } from './caller-of.js'
import { KeySets } from './key-sets.js'
import type { Provider } from './provider.js'
import type { Fetch } from './read-keys.js'
import { addressedTo, verifiedEmail, verifyToken } from './verify-token.js'

export interface OutsidePorts {
  readonly db: Executor
  readonly fetch: Fetch
  readonly clock?: Clock
}

/**
 * Tokens of outside issuers, as a kind of credential. While an issuer's keys cannot be had its tokens are neither good nor
 * bad: KeysUnreachableError, ACCESS_ISSUER_UNREACHABLE.
 */
export function outsideTokens({ db, fetch, clock = systemClock }: OutsidePorts): FindCredential {
  const keySets = new KeySets(fetch, clock)

  return async (token) => {
    const address = addressedTo(token)
    if (!address) return undefined
    const [provider, ...others] = await selectProvidersOf(db, address.issuer, address.audiences)
    // For two of them, it says itself that it is for either: it is taken for neither.
    if (!provider || others.length > 0) return undefined
    return credentialOf(token, provider)
  }

  async function credentialOf(token: string, provider: Provider): Promise<Credential | undefined> {
    const { issuer, audience, jwksUrl } = provider
    const keys = keySets.at(jwksUrl)
    const proven = await verifyToken(token, { issuer, audience, keys, now: clock.now() })
    if (!proven) return undefined
    const email = verifiedEmail(proven.claims)
    const member = email === undefined ? undefined : await selectMemberByEmail(db, provider.tenantId, email)
    const caller: Caller | undefined = callerOf(provider, proven, member)
    return caller && { caller, expiresAt: proven.expiresAt }
  }
}
