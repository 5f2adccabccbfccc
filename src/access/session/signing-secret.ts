import { randomBytes } from 'node:crypto'

import type { Executor } from '../../database/index.js'
import { keepSecret } from '../store/signing-secret.js'

/**
 * What tokens are signed with where no JWT_SECRET is given: drawn once and kept in the database, for every process on it
 * has to have the same.
 */
export function keptSigningSecret(db: Executor): Promise<string> {
  return keepSecret(db, randomBytes(32).toString('base64url'))
}
