import { expect, test } from 'vitest'

import { Instant } from './plain.js'

test('an instant has its offset', () => {
  expect(Instant.parse('2026-12-24T01:00:00+01:00')).toEqual(new Date('2026-12-24T00:00:00Z'))
  expect(Instant.safeParse('2026-12-24T00:00:00').success).toBe(false)
})

test.each(['0026-12-24T00:00:00Z', '1899-12-31T23:59:59Z', '3000-01-01T00:00:00Z'])(
  '%s is a slip of the pen, and said to be one',
  (text) => {
    expect(Instant.safeParse(text).error?.issues).toMatchObject([
      { message: 'must lie between the years 1900 and 2999' },
    ])
  },
)
