import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

import { SecretUnreadableError } from './errors.js'
import type { Keyring, SealingKey } from './keyring.js'
import { Secret } from './secret.js'

/** Which secret it is: a ciphertext opens at its own place only. */
export interface Place {
  readonly tenantId: string
  readonly name: string
}

/** An encrypted value, as it is stored. */
export interface Sealed {
  readonly keyId: string
  /** Nonce, tag and ciphertext, as base64. */
  readonly sealed: string
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

export function seal({ id, key }: SealingKey, place: Place, secret: Secret, random = randomBytes): Sealed {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(nameOf(place))
  const text = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()])
  return { keyId: id, sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64') }
}

/** @throws {SecretUnreadableError} ACCESS_SECRET_UNREADABLE */
export function unseal(keyring: Keyring, place: Place, { keyId, sealed }: Sealed): Secret {
  const found = keyring.find(keyId)
  if (!found)
    throw new SecretUnreadableError(
      place.name,
      `it lies under the key "${keyId}", which is neither SECRETS_KEY nor one of SECRETS_KEYS_OLD`,
    )
  try {
    return open(found, place, Buffer.from(sealed, 'base64'))
  } catch {
    throw new SecretUnreadableError(
      place.name,
      'the row was changed, or its key is another one of the same id',
    )
  }
}

function open({ key }: SealingKey, place: Place, box: Buffer): Secret {
  const decipher = createDecipheriv(CIPHER, key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(nameOf(place)).setAuthTag(box.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  const text = Buffer.concat([decipher.update(box.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
  return new Secret(text.toString('utf8'))
}

/** Unambiguous, whatever stands in a name. */
function nameOf({ tenantId, name }: Place): Buffer {
  return Buffer.from(JSON.stringify(['secret', tenantId, name]))
}
