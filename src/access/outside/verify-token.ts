import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'

/** Signed with a private key; with a shared secret, whoever can verify could also forge. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** How far an issuer's clock may be from ours. */
export const SKEW_S = 30

/** Audiences of a token that are looked at. */
const MOST_AUDIENCES = 20

/** Who a token says it is from and for, nothing of it proven yet; `undefined` when it is no such token. */
export function addressedTo(token: string): { issuer: string; audiences: string[] } | undefined {
  const payload = decode(token)
  if (typeof payload?.iss !== 'string' || payload.aud === undefined) return undefined
  const audiences = [payload.aud].flat().filter((audience) => typeof audience === 'string')
  return { issuer: payload.iss, audiences: audiences.slice(0, MOST_AUDIENCES) }
}

function decode(token: string): JWTPayload | undefined {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined
  try {
    return decodeJwt(token)
  } catch {
    return undefined
  }
}

export interface Proven {
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
  /** When it is no longer good, the skew included. */
  readonly expiresAt: Date
}

/** What a token proves; `undefined` when it proves nothing: forged, expired, not yet valid, of another issuer or audience. */
export async function verifyToken(
  token: string,
  { issuer, audience, keys, now }: { issuer: string; audience: string; keys: JWTVerifyGetKey; now: Date },
): Promise<Proven | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: SKEW_S,
      currentDate: now,
    })
    return proven(payload)
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** A subject as OpenID Connect has it: at most 255 ASCII characters. */
function proven({ sub, exp, ...others }: JWTPayload): Proven | undefined {
  if (sub === undefined || exp === undefined || !/^[\x20-\x7e]{1,255}$/.test(sub)) return undefined
  return {
    subject: sub,
    claims: { ...others, sub, exp },
    expiresAt: new Date((exp + SKEW_S) * 1_000),
  }
}

/** The e-mail address that the issuer itself has verified; lower-cased, as all are compared. */
export function verifiedEmail(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { email, email_verified: isVerified } = claims
  return typeof email === 'string' && isVerified === true ? email.toLowerCase() : undefined
}
