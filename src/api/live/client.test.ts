import { EventEmitter } from 'node:events'

import type { Socket } from 'socket.io'
import { expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { Audience } from './audience.js'
import { Client, type ClientParts } from './client.js'

/** A client on a connection before which so many packets lie that were not taken, and whether it was closed. */
function aClient(ahead: number, parts: Partial<ClientParts> = {}) {
  const closed: boolean[] = []
  const conn = Object.assign(new EventEmitter(), {
    writeBuffer: Array.from({ length: ahead }),
    close: (discard: boolean) => void closed.push(discard),
  })
  const caller = {
    tenantId: 'one',
    actor: 'key:1',
    role: 'viewer',
    scopes: null,
    businessUnitId: null,
  } as const
  const client = new Client(
    { conn, emit: () => true, leave: () => undefined, join: () => undefined } as unknown as Socket,
    'secret',
    caller,
    parts as ClientParts,
  )
  return { client, closed }
}

test.each([
  [5_000, []],
  [5_001, [true]],
])('a client before which %i packets lie is cut off once it is too far behind', (ahead, expected) => {
  const { client, closed } = aClient(ahead)
  client.cutOffIfBehind()
  expect(closed).toEqual(expected)
})

test('before a client goes on where it was, what other processes have told is read: its number may be of those', async () => {
  const happened: string[] = []
  const { client } = aClient(0, {
    relay: { position: 0, runOnce: async () => ({ handedOn: happened.push('read what was told') }) },
    audience: new Audience({ to: () => ({ emit: () => true }) }, () => []),
    database: { query: async () => (happened.push('asked the database'), []) } as unknown as Database,
  })
  await client.begin({ tenant: 3 })
  expect(happened.slice(0, 2)).toEqual(['read what was told', 'asked the database'])
})
