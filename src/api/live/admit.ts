import type { IncomingMessage } from 'node:http'

import proxyAddr from '@fastify/proxy-addr'
import type { Socket } from 'socket.io'

import type { Caller } from '../../access/index.js'
import { InvalidMessageError, TooManySocketsError, UnauthorizedError } from '../errors.js'
import { bearerOf, type Known } from '../permit.js'
import type { Limits } from '../protect.js'
import type { Strangers } from '../strangers.js'
import { wrongPointersOf } from '../../queue/index.js'
import { Handshake } from './messages.js'
import { MOST_SOCKETS, type Seats } from './seats.js'

export interface AdmitParts {
  readonly credentials: Known
  readonly strangers: Strangers
  readonly limits: Pick<Limits, 'trustProxy'>
  readonly seats: Seats
}

export interface Admitted {
  readonly caller: Caller
  readonly secret: string
  readonly after: Readonly<Record<string, number>>
  /** Gives its place among the sockets of this caller back. */
  leave(): void
}

/**
 * Who connects, by the same credentials as every request.
 * @throws {ApiError} API_UNAUTHORIZED, API_RATE_LIMITED, API_INVALID_MESSAGE, API_TOO_MANY_SOCKETS
 */
export async function admit(
  { handshake, request }: Pick<Socket, 'handshake' | 'request'>,
  { credentials, strangers, limits, seats }: AdmitParts,
): Promise<Admitted> {
  const read = Handshake.safeParse(handshake.auth)
  if (!read.success) throw new InvalidMessageError('auth', wrongPointersOf(read.error))
  const secret = read.data.token ?? bearerOf(handshake.headers)
  const from = { ip: addressOf(request, limits) }
  const refusal = strangers.refusalOf(from)
  if (refusal && !(secret !== undefined && credentials.isRemembered(secret))) throw refusal
  const caller = secret === undefined ? undefined : await credentials.find(secret)
  if (!caller || secret === undefined) throw await strangers.count(from, new UnauthorizedError(secret))
  const leave = seats.take(caller.actor)
  if (!leave) throw new TooManySocketsError(MOST_SOCKETS)
  return { caller, secret, after: read.data.after, leave }
}

/** The address of the client, past proxies that are believed: as requests have it. */
function addressOf(request: IncomingMessage, { trustProxy }: Pick<Limits, 'trustProxy'>): string {
  return proxyAddr(request, [...trustProxy])
}
