import type { Executor } from '../../database/index.js'
import type { FindCredential } from '../credentials.js'
import { findApiKey } from './api-key.js'
import type { LastUse } from './last-use.js'

/** API keys, as a kind of credential. */
export function apiKeys(db: Executor, lastUse: Pick<LastUse, 'note'>): FindCredential {
  return async (secret) => {
    const key = await findApiKey(db, secret)
    if (!key) return undefined
    const { id, tenantId, role, scopes, businessUnitId, expiresAt } = key
    return {
      caller: {
        tenantId,
        actor: `api-key:${id}`,
        role,
        scopes,
        businessUnitId,
        ...(expiresAt && { expiresAt }),
      },
      expiresAt,
      used: () => lastUse.note(id),
    }
  }
}
