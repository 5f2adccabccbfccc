import { expect, test } from 'vitest'

import { isDuration, toMs, type Duration } from './duration.js'

test.each<[Duration, number]>([
  ['0ms', 0],
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['12h', 43_200_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
])('%s is %i milliseconds', (text, ms) => {
  expect(toMs(text)).toBe(ms)
})

test.each(['', '30', 's', '-1s', '1 s', '1S', '1y', '1e3s', 'Infinitys', '1s1s', '.5s'])(
  '"%s" is refused with advice how to write it',
  (text) => {
    expect(isDuration(text)).toBe(false)
    expect(() => toMs(text as Duration)).toThrow(
      expect.objectContaining({
        code: 'TIME_INVALID_DURATION',
        message: expect.stringContaining('250ms, 30s') as string,
      }) as Error,
    )
  },
)
