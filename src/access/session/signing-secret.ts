import { randomBytes } from 'node:crypto'

import type { Executor } from '../../database/index.js'
import { keepSecret } from '../store/signing-secret.js'

/**
 * What tokens are signed with: what is `given`, or else one that is drawn once and kept in the database, for every process
 * on it has to have the same. Asked for only once somebody signs in or comes with a token.
 */
export function signingSecret(db: Executor, given: string | undefined): () => Promise<string> {
  let kept: string | undefined = given
  return async () => (kept ??= await keepSecret(db, randomBytes(32).toString('base64url')))
}
