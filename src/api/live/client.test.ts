import { EventEmitter } from 'node:events'

import type { Socket } from 'socket.io'
import { expect, test } from 'vitest'

import { Client, type ClientParts } from './client.js'

/** A client on a connection before which so many packets lie that were not taken, and whether it was closed. */
function aClient(ahead: number) {
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
  const client = new Client({ conn } as unknown as Socket, 'secret', caller, {} as ClientParts)
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
