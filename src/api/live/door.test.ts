import { EventEmitter } from 'node:events'

import type { Socket } from 'socket.io'
import { expect, test } from 'vitest'

import type { Caller } from '../../access/index.js'
import { Door } from './door.js'
import { MOST_SOCKETS } from './seats.js'

const CALLER = { tenantId: 'one', actor: 'key:1', role: 'viewer', scopes: null } as unknown as Caller

const door = () =>
  new Door({
    credentials: { find: async () => CALLER, isRemembered: () => false },
    strangers: { refusalOf: () => undefined },
    limits: { trustProxy: [] },
    ready: async () => undefined,
  } as unknown as ConstructorParameters<typeof Door>[0])

/** Somebody who knocks: whether it was let in, and what closes its connection. */
async function knock(at: Door): Promise<{ refusal: unknown; close(): void }> {
  const conn = Object.assign(new EventEmitter(), { readyState: 'open' })
  const request = { socket: { remoteAddress: '127.0.0.1' }, headers: {} }
  const socket = { handshake: { auth: { token: 'a key' }, headers: {} }, request, conn }
  const refusal = await new Promise((resolve) => at.meet(socket as unknown as Socket, resolve))
  return { refusal, close: () => void conn.emit('close') }
}

test('who has as many sockets as there may be gets one more once another is closed', async () => {
  const at = door()
  const all = await Promise.all(Array.from({ length: MOST_SOCKETS }, () => knock(at)))
  expect(all.map(({ refusal }) => refusal).filter(Boolean)).toEqual([])
  expect((await knock(at)).refusal).toMatchObject({ data: { code: 'API_TOO_MANY_SOCKETS' } })
  all[0]?.close()
  expect((await knock(at)).refusal).toBeUndefined()
})
