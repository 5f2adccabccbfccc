import { expect, test } from 'vitest'

import { Prefetch } from './prefetch.js'

/** After `count` attempts of `ms` each. */
function after(count: number, ms: number, concurrency = 10): Prefetch {
  const prefetch = new Prefetch(concurrency, () => true)
  for (let n = 0; n < count; n++) prefetch.noteRun(ms, false)
  return prefetch
}

test('nothing is claimed ahead before a hundred attempts in a row were short', () => {
  expect(after(99, 1).most).toBe(0)
  expect(after(100, 1).most).toBeGreaterThan(0)
})

test('what is claimed ahead takes 50 ms at most, all slots together', () => {
  expect(after(100, 5, 10).most).toBe(100)
  expect(after(100, 2, 2).most).toBe(50)
})

test('and is never more than 1,000 jobs', () => {
  expect(after(100, 0, 100).most).toBe(1_000)
})

test('one long attempt ends it', () => {
  const prefetch = after(200, 1)
  prefetch.noteRun(6, false)
  expect(prefetch.most).toBe(0)
})

test('so does a job that counts against a limit', () => {
  const prefetch = after(200, 1)
  prefetch.noteRun(1, true)
  expect(prefetch.most).toBe(0)
})

test('nothing is claimed ahead where it is not allowed', () => {
  const prefetch = new Prefetch(10, () => false)
  for (let n = 0; n < 200; n++) prefetch.noteRun(1, false)
  expect(prefetch.most).toBe(0)
})
