import { newId, type Database, type Executor, type Transaction } from '../../database/index.js'
import { recordAudit } from '../audit.js'
import type { Action, Role } from '../can.js'
import { hashOf, newSecret } from '../api-secret.js'
import { announceAccess } from '../store/announce.js'
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
export async function makeApiKey(db: Database, preset: PresetKey): Promise<string | undefined> {
  const secret = newSecret()
  const key = { ...preset, ...WHOLE, id: newId(), hash: hashOf(secret) }
  return (await audited(db, 'create', (tx) => insertKey(tx, key))) && secret
}

/**
 * Makes a key, or gives the one of that name and tenant a new secret: the old one stops working at once.
 * @returns whether anything changed; a key that was made with, or set to, this very secret stays as it was rotated or revoked
 */
export async function setApiKey(
  db: Database,
  { secret, ...preset }: PresetKey & { secret: string },
): Promise<boolean> {
  const key = { ...preset, ...WHOLE, id: newId(), hash: hashOf(secret) }
  return (await audited(db, 'preset', (tx) => putKey(tx, key))) !== undefined
}

function audited(
  db: Database,
  verb: 'create' | 'preset',
  write: (tx: Transaction) => Promise<ApiKey | undefined>,
): Promise<ApiKey | undefined> {
  return db.transaction(async (tx) => {
    const key = await write(tx)
    if (!key) return undefined
    await announceAccess(tx, () => undefined)
    const { tenantId, id } = key
    const from = { requestId: null, address: null }
    const what = { action: `api-key.${verb}`, object: `api-key:${id}`, before: null, after: key }
    await recordAudit(tx, { tenantId, actor: WHOLE.createdBy, ...what, ...from })
    return key
  })
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
