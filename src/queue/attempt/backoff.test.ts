import fc from 'fast-check'
import { expect, test } from 'vitest'

import { exponential } from './backoff.js'

test('without jitter each wait is twice the one before, up to the cap', () => {
  const backoff = exponential({ base: '1s', cap: '10s', jitter: 'none' })
  expect([1, 2, 3, 4, 5, 6].map((failures) => backoff(failures, Math.random))).toEqual([
    1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ])
})

test('by default a wait starts at a second, ends at an hour and is drawn from nothing to the whole', () => {
  const backoff = exponential()
  expect([0, 0.25, 1].map((chance) => backoff(1, () => chance))).toEqual([0, 250, 1_000])
  expect(backoff(100, () => 1)).toBe(3_600_000)
})

test('full jitter stays between nothing and the limit, whatever the failures and chance', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), chance, (failures, chance) => {
      const waitMs = exponential({ base: '30s', cap: '15m' })(failures, () => chance)
      const limitMs = exponential({ base: '30s', cap: '15m', jitter: 'none' })(failures, () => chance)
      expect(waitMs).toBeGreaterThanOrEqual(0)
      expect(waitMs).toBeLessThanOrEqual(limitMs)
      expect(limitMs).toBeLessThanOrEqual(900_000)
      expect(Number.isInteger(waitMs)).toBe(true)
    }),
  )
})
