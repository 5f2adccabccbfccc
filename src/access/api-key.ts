import { createHash, randomBytes } from 'node:crypto'

import { newId, type Executor } from '../database/index.js'
import { putKey, selectKeyByHash, selectKeyByName } from './store/api-keys.js'

/** Who holds a key, and for which tenant it speaks. The key itself is never stored, only its hash. */
export interface ApiKey {
  readonly id: string
  readonly tenantId: string
  readonly name: string
}

/**
 * Makes a key, or gives an existing one of that name and tenant a new secret: the old one stops working at once.
 * @param secret what the holder will present; drawn at random when left out.
 */
export async function issueApiKey(
  db: Executor,
  { tenantId, name, secret = newSecret() }: { tenantId: string; name: string; secret?: string },
): Promise<{ secret: string }> {
  await putKey(db, { id: newId(), tenantId, name, hash: hashOf(secret) })
  return { secret }
}

/** The key that `secret` belongs to. */
export function findApiKey(db: Executor, secret: string): Promise<ApiKey | undefined> {
  return selectKeyByHash(db, hashOf(secret))
}

export async function hasApiKey(db: Executor, tenantId: string, name: string): Promise<boolean> {
  return (await selectKeyByName(db, tenantId, name)) !== undefined
}

/** 256 random bits, with a prefix by which people and secret scanners know it. */
function newSecret(): string {
  return `lh_${randomBytes(32).toString('base64url')}`
}

/** A fast hash will do: with 256 random bits there is nothing to guess. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
