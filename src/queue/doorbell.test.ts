import { expect, test } from 'vitest'

import { FakeClock } from '../time/testing/fake-clock.js'
import { Doorbell } from './doorbell.js'

async function isOver(sleep: Promise<void>): Promise<boolean> {
  let over = false
  void sleep.then(() => (over = true))
  await new Promise(setImmediate)
  return over
}

test('a sleep ends when its time is up', async () => {
  const clock = new FakeClock()
  const sleep = new Doorbell(clock).sleep(200)
  clock.advance('199ms')
  expect(await isOver(sleep)).toBe(false)
  clock.advance('1ms')
  expect(await isOver(sleep)).toBe(true)
})

test('a ring ends a sleep and leaves no alarm behind', async () => {
  const clock = new FakeClock()
  const bell = new Doorbell(clock)
  const sleep = bell.sleep(200)
  bell.ring()
  expect(await isOver(sleep)).toBe(true)
  expect(clock.pendingAlarms).toBe(0)
})

test('a ring that finds nobody asleep is not lost: the next sleep ends at once', async () => {
  const bell = new Doorbell(new FakeClock())
  bell.ring()
  expect(await isOver(bell.sleep(200))).toBe(true)
})

test('a ring cuts one sleep short, not two', async () => {
  const bell = new Doorbell(new FakeClock())
  bell.ring()
  bell.ring()
  await bell.sleep(200)
  expect(await isOver(bell.sleep(200))).toBe(false)
})
