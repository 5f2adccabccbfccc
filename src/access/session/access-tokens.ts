import { createSecretKey, type KeyObject } from 'node:crypto'

import { jwtVerify, SignJWT } from 'jose'

import { toMs } from '../../time/index.js'

/** How long an access token is good for. What its bearer may do is looked up at every use. */
export const ACCESS_TOKEN_FOR = '15m'

const ISSUER = 'linehaul'

const LOOKS_LIKE_ONE = /^[\w-]+\.[\w-]+\.[\w-]+$/

export interface AccessToken {
  readonly accessToken: string
  readonly expiresAt: Date
}

/** Signs and verifies the tokens of those who have signed in: they name the session, and nothing that could change. */
export class AccessTokens {
  #key: KeyObject | undefined

  /** @param secret the same in every process; asked for once it is needed */
  constructor(private readonly secret: () => Promise<string>) {}

  async sign({ userId, sessionId }: { userId: string; sessionId: string }, now: Date): Promise<AccessToken> {
    const expiresAt = new Date(now.getTime() + toMs(ACCESS_TOKEN_FOR))
    const accessToken = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(expiresAt)
      .sign(await this.#getKey())
    return { accessToken, expiresAt }
  }

  /** `undefined` for whatever is no token of ours, or none any more. */
  async verify(token: string, now: Date): Promise<{ sessionId: string; expiresAt: Date } | undefined> {
    if (!LOOKS_LIKE_ONE.test(token)) return undefined
    const key = await this.#getKey()
    try {
      const { payload } = await jwtVerify<{ sid: string; exp: number }>(token, key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        requiredClaims: ['sub', 'sid', 'exp'],
        currentDate: now,
      })
      return { sessionId: payload.sid, expiresAt: new Date(payload.exp * 1000) }
    } catch {
      return undefined
    }
  }

  async #getKey(): Promise<KeyObject> {
    this.#key ??= createSecretKey(Buffer.from(await this.secret()))
    return this.#key
  }
}
