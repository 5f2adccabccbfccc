import { createHash, randomBytes } from 'node:crypto'

import { newId, type Executor } from '../database/index.js'
import { insertKey, putKey, selectKeyByHash } from './store/api-keys.js'

/** Who holds a key, and for which tenant it speaks. The key itself is never stored, only its hash. */
export interface ApiKey {
  readonly id: string
  readonly tenantId: string
  readonly name: string
}

/** Makes a key with a secret of its own. @returns the secret; `undefined` when the tenant has a key of that name. */
export async function makeApiKey(
  db: Executor,
  key: { tenantId: string; name: string },
): Promise<string | undefined> {
  const secret = newSecret()
  return (await insertKey(db, { ...key, id: newId(), hash: hashOf(secret) })) ? secret : undefined
}

/** Makes a key, or gives the one of that name and tenant a new secret: the old one stops working at once. */
export async function setApiKey(
  db: Executor,
  { secret, ...key }: { tenantId: string; name: string; secret: string },
): Promise<void> {
  await putKey(db, { ...key, id: newId(), hash: hashOf(secret) })
}

/** The key that `secret` belongs to. */
export function findApiKey(db: Executor, secret: string): Promise<ApiKey | undefined> {
  return selectKeyByHash(db, hashOf(secret))
}

/** 256 random bits, with a prefix by which people and secret scanners know it. */
function newSecret(): string {
  return `lh_${randomBytes(32).toString('base64url')}`
}

/** A fast hash will do: with 256 random bits there is nothing to guess. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
