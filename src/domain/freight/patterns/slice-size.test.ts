import { expect, test } from 'vitest'

import { nextSliceSize } from './slice-size.js'

test.each([
  [1, 2, 2],
  [8, 12, 16],
  [8, 13, 8],
  [8, 25, 8],
  [8, 26, 4],
  [1, 400, 1],
  [1_024, 0, 1_024],
])('after a slice of %i customers in %i ms comes one of %i', (size, tookMs, next) => {
  expect(nextSliceSize(size, tookMs)).toBe(next)
})
