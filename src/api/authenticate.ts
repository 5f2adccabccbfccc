import { timingSafeEqual } from 'node:crypto'

import type { FastifyInstance, FastifyRequest } from 'fastify'

import { findApiKey } from '../access/index.js'
import type { Database } from '../database/index.js'
import { UnauthorizedError } from './errors.js'

/** Who calls, as the credential tells. */
export interface Caller {
  readonly tenantId: string
  /** `api-key:…` */
  readonly actor: string
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
}

/**
 * Refuses every request without a valid bearer key; the tenant comes from the key and from nowhere else.
 * @param localSecret what commands of this machine's own user present
 */
export function requireKey(api: FastifyInstance, database: Database, localSecret: string): void {
  api.decorateRequest('caller')
  api.addHook('onRequest', async (request) => {
    request.caller = await authenticate(database, localSecret, request)
  })
}

async function authenticate(
  database: Database,
  localSecret: string,
  request: FastifyRequest,
): Promise<Caller> {
  const [, secret] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (secret !== undefined && isSame(secret, localSecret)) return { tenantId: 'default', actor: 'cli' }
  const key = secret === undefined ? undefined : await findApiKey(database, secret)
  if (!key) throw new UnauthorizedError()
  return { tenantId: key.tenantId, actor: `api-key:${key.id}` }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
