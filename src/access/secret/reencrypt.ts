import type { Database, Transaction } from '../../database/index.js'
import { recordAudit } from '../audit.js'
import { sealSigningSecret } from '../session/signing-secret.js'
import { countSecrets, lockSecretsUnder, reseal } from '../store/secrets.js'
import type { Keyring, SealingKey } from './keyring.js'
import { seal, unseal, type Place, type Sealed } from './seal.js'

const BATCH = 200

/**
 * Takes every secret out of the old keys and puts it under the current one; the audit trail tells each tenant how many of
 * its own. So it does with what tokens are signed with. What cannot be read is left as it is: `doctor` counts it. Several processes may do it at once.
 * @returns how many were put under the current key.
 */
export async function reencrypt(db: Database, keyring: Keyring): Promise<number> {
  await sealSigningSecret(db, keyring)
  const { current, oldIds } = keyring
  if (!current || oldIds.length === 0) return 0
  let done = 0
  let last: Place | undefined
  do {
    const after = last
    const batch = await db.transaction(async (tx) => {
      const found = await lockSecretsUnder(tx, oldIds, { limit: BATCH, after })
      return { renewed: await renew(tx, keyring, current, found), last: found.at(-1) }
    })
    done += batch.renewed
    last = batch.last
  } while (last)
  return done
}

async function renew(
  tx: Transaction,
  keyring: Keyring,
  current: SealingKey,
  found: readonly (Place & Sealed)[],
): Promise<number> {
  const renewed = found.flatMap((row) => resealed(keyring, current, row))
  if (renewed.length === 0) return 0
  await reseal(tx, renewed)
  for (const tenantId of new Set(renewed.map((row) => row.tenantId)))
    await tell(tx, tenantId, current.id, renewed.filter((row) => row.tenantId === tenantId).length)
  return renewed.length
}

function resealed(keyring: Keyring, current: SealingKey, row: Place & Sealed): (Place & Sealed)[] {
  try {
    return [{ ...row, ...seal(current, row, unseal(keyring, row, row)) }]
  } catch {
    return [] // it stays, and stays unreadable: its owner has to store it anew
  }
}

function tell(tx: Transaction, tenantId: string, keyId: string, secrets: number): Promise<void> {
  return recordAudit(tx, {
    tenantId,
    actor: 'system:start',
    action: 'secret.reencrypt',
    object: `secrets-key:${keyId}`,
    before: null,
    after: { secrets },
    requestId: null,
    address: null,
  })
}

/** How many secrets lie under which kind of key. */
export interface SecretsUnder {
  readonly current: number
  /** To be read still, and put under the current key at the next start. */
  readonly old: number
  /** Of a key that is not configured: not to be read. */
  readonly unknown: number
}

/** What there is to know about the keys of the secrets of all tenants, for `doctor`. */
export async function countSecretsByKey(
  db: Pick<Database, 'query'>,
  keyring: Keyring,
): Promise<SecretsUnder> {
  const counts = { current: 0, old: 0, unknown: 0 }
  for (const { keyId, count } of await countSecrets(db)) counts[kindOf(keyId, keyring)] += count
  return counts
}

function kindOf(keyId: string, keyring: Keyring): keyof SecretsUnder {
  if (keyId === keyring.current?.id) return 'current'
  return keyring.find(keyId) ? 'old' : 'unknown'
}
