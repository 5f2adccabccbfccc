import { randomBytes } from 'node:crypto'

import type { Database, Executor } from '../../database/index.js'
import type { Keyring, SealingKey } from '../secret/keyring.js'
import { seal, unseal } from '../secret/seal.js'
import { Secret } from '../secret/secret.js'
import { keepSecret, lockSecret, resealSecret, type KeptSigningSecret } from '../store/signing-secret.js'

/** Of no tenant; named like what would take its place. */
const PLACE = { tenantId: '', name: 'JWT_SECRET' }

/**
 * What tokens are signed with: what is `given`, or else one that is drawn once and kept in the database, for every process
 * on it has to have the same; under the key of the secrets, if there is one. Asked for only once somebody signs in or comes
 * with a token.
 */
export function signingSecret(
  db: Executor,
  keyring: Keyring,
  given: string | undefined,
): () => Promise<string> {
  let known: string | undefined = given
  return async () => {
    if (known !== undefined) return known
    const kept = await keepSecret(db, put(keyring.current, randomBytes(32).toString('base64url')))
    return (known = read(keyring, kept))
  }
}

/** Puts what is kept under the current key, unless it lies there, or cannot be read. */
export async function sealSigningSecret(db: Database, keyring: Keyring): Promise<void> {
  const { current } = keyring
  if (!current) return
  await db.transaction(async (tx) => {
    const kept = await lockSecret(tx)
    const secret = kept && kept.keyId !== current.id ? readable(keyring, kept) : undefined
    if (secret !== undefined) await resealSecret(tx, put(current, secret))
  })
}

/** One that is not readable is told to those who need it: it keeps nobody from starting. */
function readable(keyring: Keyring, kept: KeptSigningSecret): string | undefined {
  try {
    return read(keyring, kept)
  } catch {
    return undefined
  }
}

function put(key: SealingKey | undefined, secret: string): KeptSigningSecret {
  if (!key) return { keyId: null, secret }
  const { keyId, sealed } = seal(key, PLACE, new Secret(secret))
  return { keyId, secret: sealed }
}

function read(keyring: Keyring, { keyId, secret }: KeptSigningSecret): string {
  return keyId === null ? secret : unseal(keyring, PLACE, { keyId, sealed: secret }).reveal()
}
