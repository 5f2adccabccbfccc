import type { FastifyInstance, FastifyRequest } from 'fastify'

import {
  isAtLeast,
  KeysUnreachableError,
  may,
  PasswordMustChangeError,
  type Action,
  type Caller,
  type Credentials,
} from '../access/index.js'
import { ForbiddenError, OwnersOnlyError, UnauthorizedError } from './errors.js'
import { countRequests, type Limits } from './protect.js'
import type { Strangers } from './strangers.js'

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

/** Tells who presents a secret, whether that takes a look-up, and when it may have changed. */
export type Known = Pick<Credentials, 'find' | 'isRemembered' | 'onChange'>

export interface Permits {
  readonly credentials: Known
  readonly limits: Limits
  readonly strangers: Strangers
}

/** Refuses every request whose caller may not do what its route declares; a route that declares nothing cannot be added. */
export function permit(api: FastifyInstance, { credentials, limits, strangers }: Permits): void {
  api.decorateRequest('caller')
  api.addHook('onRoute', (route) => {
    const permission = route.config?.may
    if (!permission)
      throw new Error(`${String(route.method)} ${route.url} declares no permission: config.may`)
    route.schema = { ...route.schema, ...describe(permission, route.config?.tellsSecret) }
  })
  api.addHook('onRequest', async (request) => {
    if (permissionOf(request) === 'nobody') return
    request.caller = await authenticate(credentials, strangers, request)
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

/** The secret of an `Authorization: Bearer …`. */
export function bearerOf({ authorization = '' }: { authorization?: string | undefined }): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization)?.[1]
}

async function authenticate(
  credentials: Known,
  strangers: Strangers,
  request: FastifyRequest,
): Promise<Caller> {
  const secret = bearerOf(request.headers)
  if (secret === undefined) throw await strangers.count(request, new UnauthorizedError())
  const refusal = strangers.refusalOf(request)
  if (refusal && !credentials.isRemembered(secret)) throw refusal
  const caller = await credentials.find(secret).catch(async (error: unknown) => {
    // Anybody can invent a token of an issuer that is away.
    throw error instanceof KeysUnreachableError ? await strangers.count(request, error) : error
  })
  if (!caller) throw await strangers.count(request, new UnauthorizedError(secret))
  return caller
}
