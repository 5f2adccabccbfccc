import { expect, test } from 'vitest'

import { MOST_SOCKETS, Seats } from './seats.js'

test('nobody gets more sockets than there are for them, and one that is closed, however often, is one more for the next', () => {
  const seats = new Seats()
  const all = Array.from({ length: MOST_SOCKETS }, () => seats.take('key:one'))
  expect(seats.take('key:one')).toBeUndefined()
  expect(seats.take('key:other')).toBeDefined()
  all[0]?.()
  all[0]?.()
  expect([seats.take('key:one'), seats.take('key:one')]).toEqual([expect.any(Function), undefined])
})
