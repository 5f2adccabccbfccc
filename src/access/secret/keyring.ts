import { createHash, createSecretKey, type KeyObject } from 'node:crypto'

export interface SealingKey {
  /** Kept beside what it encrypts. */
  readonly id: string
  readonly key: KeyObject
}

/** The keys that secrets lie under. */
export interface Keyring {
  /** What new ones are encrypted with; without it none can be stored. */
  readonly current: SealingKey | undefined
  find(id: string): SealingKey | undefined
  /** Those that secrets are to be taken out of. */
  readonly oldIds: readonly string[]
}

/** @param texts 32 bytes each as base64, with or without `id:` before it */
export function createKeyring({
  key,
  oldKeys,
}: {
  key: string | undefined
  oldKeys: readonly string[]
}): Keyring {
  const current = key === undefined ? undefined : readKey(key)
  const old = oldKeys.map(readKey).filter(({ id }) => id !== current?.id)
  const all = new Map([...old, ...(current ? [current] : [])].map((one) => [one.id, one]))
  return { current, oldIds: old.map(({ id }) => id), find: (id) => all.get(id) }
}

function readKey(text: string): SealingKey {
  const [base64 = '', given] = text.split(':').reverse()
  const bytes = Buffer.from(base64, 'base64')
  return { id: given ?? fingerprint(bytes), key: createSecretKey(bytes) }
}

/** A key without an id is known by this; of 256 random bits it betrays nothing. */
function fingerprint(bytes: Buffer): string {
  return createHash('sha256').update('linehaul secrets key').update(bytes).digest('hex').slice(0, 12)
}
