import { expect, test } from 'vitest'

import { stopAll } from './stop-all.js'
import { FakeClock } from './time/testing/fake-clock.js'

const never = () => new Promise(() => undefined)

test('a part that fails to stop, or never does, is told and keeps no other from stopping', async () => {
  const clock = new FakeClock()
  const stopped: string[] = []
  const told: unknown[] = []
  const parts = {
    'the first': () => Promise.reject(new Error('it is stuck')),
    'the second': never,
    'the third': async () => stopped.push('the third'),
    'what was never begun': () => undefined,
  }
  const all = stopAll(parts, {
    ...{ clock, withinMs: 5_000 },
    onError: (error, where) => told.push([where, error]),
  })
  await new Promise(setImmediate) // all but one have ended
  clock.advance('5s')
  await all
  expect(stopped).toEqual(['the third'])
  expect(told).toEqual([
    ['stop the first', expect.objectContaining({ message: 'it is stuck' })],
    ['stop the second', expect.objectContaining({ code: 'STOP_LATE' })],
  ])
  expect(clock.pendingAlarms).toBe(0)
})

test('who stops at once is not held up by the time that others may take', async () => {
  const clock = new FakeClock()
  await stopAll({ it: async () => undefined }, { clock, withinMs: 5_000, onError: () => undefined })
  expect(clock.pendingAlarms).toBe(0)
})
