import type { FastifyInstance, FastifyRequest } from 'fastify'

import {
  isAtLeast,
  may,
  PasswordMustChangeError,
  type Action,
  type Caller,
  type Credentials,
} from '../access/index.js'
import { ForbiddenError, OwnersOnlyError } from './errors.js'
import { countRequests, countStrangers, type Limits } from './protect.js'

/** What a route asks of its caller: something that the role and the scopes must allow, any credential, or none at all. */
export type Permission = Action | 'anyone' | 'nobody'

declare module 'fastify' {
  interface FastifyContextConfig {
    may?: Permission
  }
  interface FastifyRequest {
    caller: Caller
  }
}

/** Refuses every request whose caller may not do what its route declares; a route that declares nothing cannot be added. */
export function permit(api: FastifyInstance, credentials: Pick<Credentials, 'find'>, limits: Limits): void {
  api.decorateRequest('caller')
  api.addHook('onRoute', (route) => {
    const permission = route.config?.may
    if (!permission)
      throw new Error(`${String(route.method)} ${route.url} declares no permission: config.may`)
    route.schema = { ...route.schema, ...describe(permission, route.config?.tellsSecret) }
  })
  const refusalOf = countStrangers(api)
  api.addHook('onRequest', async (request) => {
    if (permissionOf(request) === 'nobody') return
    const caller = await authenticate(credentials, request)
    if (!caller) throw await refusalOf(request)
    request.caller = caller
  })
  countRequests(api, limits)
  api.addHook('onRequest', async (request) => {
    const permission = permissionOf(request)
    if (permission === 'nobody' || permission === 'anyone') return
    if (!may(request.caller, permission)) throw refusal(request.caller, permission)
  })
}

function permissionOf({ routeOptions }: FastifyRequest): Permission {
  return routeOptions.config.may ?? 'anyone'
}

/** For what a route does to all tenants instead of the caller's own. @throws {OwnersOnlyError} API_OWNERS_ONLY */
export function refuseNonOwner({ role }: Caller): void {
  if (!isAtLeast(role, 'owner')) throw new OwnersOnlyError()
}

function refusal({ session }: Caller, permission: Action): Error {
  return session?.mustChangePassword ? new PasswordMustChangeError() : new ForbiddenError(permission)
}

/** What the OpenAPI document tells of it. */
function describe(permission: Permission, tellsSecret = false): object {
  return {
    ...(permission === 'nobody' ? { security: [] } : { 'x-permission': permission }),
    ...(tellsSecret && { 'x-tells-secret': true }),
  }
}

async function authenticate(
  credentials: Pick<Credentials, 'find'>,
  { headers }: FastifyRequest,
): Promise<Caller | undefined> {
  const [, secret] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  return secret === undefined ? undefined : credentials.find(secret)
}
