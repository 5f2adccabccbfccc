import fc from 'fast-check'
import { expect, test } from 'vitest'

import { judgePage } from './replay.js'

test('a page without a hole that ends where the stream does is whole', () => {
  expect(judgePage({ after: 3, last: 5, numbers: [4, 5], limit: 10 })).toEqual({
    ...{ reached: 5, hasMore: false, isGap: false },
  })
})

test('a full page goes on after its last number', () => {
  expect(judgePage({ after: 3, last: 9, numbers: [4, 5], limit: 2 })).toEqual({
    ...{ reached: 5, hasMore: true, isGap: false },
  })
})

test('any number that is not kept any more is a gap', () => {
  const wanted = fc.record({
    after: fc.nat(20),
    more: fc.integer({ min: 1, max: 20 }),
    limit: fc.integer({ min: 1, max: 30 }),
  })
  fc.assert(
    fc.property(wanted, fc.nat(), ({ after, more, limit }, which) => {
      const last = after + more
      const all = Array.from({ length: more }, (_, n) => after + 1 + n)
      const kept = all.toSpliced(which % more, 1)
      const judged = judgePage({ after, last, numbers: kept.slice(0, limit), limit })
      const isBefore = judged.reached > after + (which % more)
      expect(judged.isGap).toBe(isBefore)
    }),
  )
})

test('what was numbered while a page was read is not asked for again', () => {
  expect(judgePage({ after: 3, last: 4, numbers: [4, 5], limit: 10 })).toEqual({
    ...{ reached: 5, hasMore: false, isGap: false },
  })
})
