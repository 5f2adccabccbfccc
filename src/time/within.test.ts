import { expect, test } from 'vitest'

import { FakeClock } from './testing/fake-clock.js'
import { endsWithin } from './within.js'

test('what ends in time is told so, and leaves no alarm behind', async () => {
  const clock = new FakeClock()
  expect(await endsWithin(1_000, Promise.resolve('whatever'), clock)).toBe(true)
  expect(clock.pendingAlarms).toBe(0)
})

test('what does not end is waited for no longer', async () => {
  const clock = new FakeClock()
  const inTime = endsWithin(1_000, new Promise(() => undefined), clock)
  clock.advance('1s')
  expect(await inTime).toBe(false)
})

test('what fails in time fails here', async () => {
  const clock = new FakeClock()
  await expect(endsWithin(1_000, Promise.reject(new Error('no')), clock)).rejects.toThrow('no')
  expect(clock.pendingAlarms).toBe(0)
})
