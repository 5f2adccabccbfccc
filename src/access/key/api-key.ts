import { newId, type Executor } from '../../database/index.js'
import type { Action, Role } from '../can.js'
import { hashOf, newSecret } from '../secret.js'
import { insertKey, putKey, selectKeyByHash } from '../store/api-keys.js'

/** Who holds a key, and what it opens. The key itself is never stored, only its hash. */
export interface ApiKey {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly role: Role
  /** What it is for; `null`: all that its role may. */
  readonly scopes: readonly Action[] | null
  readonly businessUnitId: string | null
  readonly createdAt: Date
  /** `null` for keys from before this was kept. */
  readonly createdBy: string | null
  readonly expiresAt: Date | null
  /** To the minute. */
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

/** A key that the program itself makes, for people to begin with: it may all of its role. */
export interface PresetKey {
  readonly tenantId: string
  readonly name: string
  readonly role: Role
}

/** Makes a key with a secret of its own. @returns the secret; `undefined` when the tenant has a key of that name. */
export async function makeApiKey(db: Executor, preset: PresetKey): Promise<string | undefined> {
  const secret = newSecret()
  const key = { ...preset, ...WHOLE, id: newId(), hash: hashOf(secret) }
  return (await insertKey(db, key)) ? secret : undefined
}

/**
 * Makes a key, or gives the one of that name and tenant a new secret: the old one stops working at once.
 * @returns whether anything changed; a key that was revoked with this very secret stays revoked
 */
export function setApiKey(
  db: Executor,
  { secret, ...preset }: PresetKey & { secret: string },
): Promise<boolean> {
  return putKey(db, { ...preset, ...WHOLE, id: newId(), hash: hashOf(secret) })
}

const WHOLE = {
  scopes: null,
  businessUnitId: null,
  createdBy: 'system:start',
  expiresAt: null,
} as const

/** The key that `secret` belongs to, unless it was revoked. */
export function findApiKey(db: Executor, secret: string): Promise<ApiKey | undefined> {
  return selectKeyByHash(db, hashOf(secret))
}
