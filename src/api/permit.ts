import type { FastifyInstance, FastifyRequest } from 'fastify'

import { isAtLeast, may, type Action, type Caller, type Credentials } from '../access/index.js'
import { ForbiddenError, OwnersOnlyError, UnauthorizedError } from './errors.js'

/** What a route asks of its caller: something that the role and the scopes must allow, any credential, or none at all. */
export type Permission = Action | 'anyone' | 'nobody'

declare module 'fastify' {
  interface FastifyContextConfig {
    may?: Permission
    /** The answer holds a secret, which is shown once: it is kept for nobody, under no Idempotency-Key. */
    tellsSecret?: boolean
  }
  interface FastifyRequest {
    caller: Caller
  }
}

/** Refuses every request whose caller may not do what its route declares; a route that declares nothing cannot be added. */
export function permit(api: FastifyInstance, credentials: Pick<Credentials, 'find'>): void {
  api.decorateRequest('caller')
  api.addHook('onRoute', (route) => {
    const permission = route.config?.may
    if (!permission)
      throw new Error(`${String(route.method)} ${route.url} declares no permission: config.may`)
    route.schema = { ...route.schema, ...describe(permission) }
  })
  api.addHook('onRequest', async (request) => {
    const permission = request.routeOptions.config.may ?? 'anyone'
    if (permission === 'nobody') return
    request.caller = await authenticate(credentials, request)
    if (permission !== 'anyone' && !may(request.caller, permission)) throw new ForbiddenError(permission)
  })
}

/** For what a route does to all tenants instead of the caller's own. @throws {OwnersOnlyError} API_OWNERS_ONLY */
export function refuseNonOwner({ role }: Caller): void {
  if (!isAtLeast(role, 'owner')) throw new OwnersOnlyError()
}

/** What the OpenAPI document tells of it. */
function describe(permission: Permission): object {
  return permission === 'nobody' ? { security: [] } : { 'x-permission': permission }
}

async function authenticate(
  credentials: Pick<Credentials, 'find'>,
  { headers }: FastifyRequest,
): Promise<Caller> {
  const [, secret] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  const caller = secret === undefined ? undefined : await credentials.find(secret)
  if (!caller) throw new UnauthorizedError()
  return caller
}
