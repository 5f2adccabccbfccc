import { expect, test } from 'vitest'

import { DrainRate } from './drain-rate.js'

function after(...seconds: readonly number[]): number {
  const rate = new DrainRate()
  for (const count of seconds) rate.add(count, 1_000)
  return rate.perSecond
}

test('nothing was measured yet', () => {
  expect(after()).toBe(0)
})

test('a steady rate is told from the first measurement on', () => {
  expect(after(40)).toBeCloseTo(40)
  expect(after(...Array.from({ length: 100 }, () => 40))).toBeCloseTo(40)
})

test('what was half a minute ago counts for a third of what is now', () => {
  const ten = Array.from({ length: 300 }, () => 10)
  const then = after(...ten, ...Array.from({ length: 30 }, () => 20))
  expect(then).toBeCloseTo(20 - 10 / Math.E, 1)
})

test('a longer measurement counts for more than a short one', () => {
  const rate = new DrainRate()
  rate.add(10, 1_000)
  rate.add(200, 10_000)
  expect(rate.perSecond).toBeGreaterThan(17)
})
