import { expect, test } from 'vitest'

import type { NumberedEvent } from '../../events/index.js'
import { catchUp } from './catch-up.js'

const event: NumberedEvent = {
  ...{ tenantId: 'one', stream: 'tenant', type: 'said', data: 1, needs: 'lanes.read' },
  ...{ number: 7, position: 9, at: new Date(0) },
}

/** Catches up with a stream of which nothing is written down, while one event came, and tells what its reader got. */
async function caughtUp({ isGone = false } = {}): Promise<readonly unknown[]> {
  const got: unknown[] = []
  const reader = {
    send: ({ number }: NumberedEvent) => got.push(number),
    gap: () => got.push('gap'),
    keepsUp: async () => !isGone,
    arrived: () => got.push('arrived'),
  }
  const hold = { events: [event], release: () => undefined }
  const nothing = { query: async () => [] }
  await catchUp(nothing, reader, { tenantId: 'one', stream: 'tenant', after: 0, position: 8, hold })
  return got
}

test('who has caught up gets what came meanwhile, and follows from then on', async () => {
  expect(await caughtUp()).toEqual([7, 'arrived'])
})

test('who went meanwhile is sent no more, and follows nothing', async () => {
  expect(await caughtUp({ isGone: true })).toEqual([])
})
