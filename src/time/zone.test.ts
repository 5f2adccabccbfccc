import { expect, test } from 'vitest'

import { firstInstantOf, isTimeZone, offsetMs } from './zone.js'

test.each(['UTC', 'Europe/Berlin', 'Etc/GMT+5'])('%s is a time zone', (name) => {
  expect(isTimeZone(name)).toBe(true)
})

test.each(['Mars/Olympus', 'IST', 'PST', 'AET', ''])('"%s" is no time zone', (name) => {
  expect(isTimeZone(name)).toBe(false)
})

test('a clock is so far ahead of UTC, to the second', () => {
  const at = (text: string) => new Date(text).getTime()
  expect(offsetMs('Asia/Kathmandu', at('2026-01-05T08:00:00.999Z'))).toBe(20_700_000)
  expect(offsetMs('America/New_York', at('2026-07-05T08:00:00Z'))).toBe(-14_400_000)
  expect(offsetMs('Africa/Monrovia', at('1971-01-05T08:00:00Z'))).toBe(-2_670_000)
})

test.each([
  ['a time that comes once', '2026-06-01T12:00:00Z', '2026-06-01T10:00:00.000Z'],
  ['a time that comes twice', '2026-10-25T02:30:00Z', '2026-10-25T00:30:00.000Z'],
  ['a time just after one that comes twice', '2026-10-25T03:00:00Z', '2026-10-25T02:00:00.000Z'],
  ['a time that is skipped', '2026-03-29T02:30:00Z', '2026-03-29T01:00:00.000Z'],
  ['the time to which a clock skips', '2026-03-29T03:00:00Z', '2026-03-29T01:00:00.000Z'],
  ['the time just before that', '2026-03-29T01:59:59Z', '2026-03-29T00:59:59.000Z'],
])('%s is first shown, or skipped, at one instant', (_, wall, instant) => {
  expect(new Date(firstInstantOf(new Date(wall).getTime(), 'Europe/Amsterdam')).toISOString()).toBe(instant)
})
