import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { isTimeZone, nextCron } from './cron.js'

const next = (cron: string, timeZone: string, after: string) =>
  nextCron(cron, timeZone, new Date(after))?.toISOString()

test('the next time is one on the clock of the zone', () => {
  expect(next('0 2 * * *', 'UTC', '2026-01-05T08:00:00Z')).toBe('2026-01-06T02:00:00.000Z')
  expect(next('0 2 * * *', 'America/New_York', '2026-01-05T08:00:00Z')).toBe('2026-01-06T07:00:00.000Z')
  expect(next('0 2 * * *', 'Asia/Kolkata', '2026-01-05T08:00:00Z')).toBe('2026-01-05T20:30:00.000Z')
})

test('an instant that is due itself is past: the next one is later', () => {
  expect(next('0 2 * * *', 'UTC', '2026-01-05T02:00:00Z')).toBe('2026-01-06T02:00:00.000Z')
})

test('weekdays and months are heeded', () => {
  expect(next('0 1 * * 0', 'UTC', '2026-01-05T08:00:00Z')).toBe('2026-01-11T01:00:00.000Z')
  expect(next('0 0 1 3 *', 'UTC', '2026-01-05T08:00:00Z')).toBe('2026-03-01T00:00:00.000Z')
})

test('a day that never comes has no next time', () => {
  expect(next('0 0 30 2 *', 'UTC', '2026-01-05T08:00:00Z')).toBeUndefined()
})

describe('on the days when clocks change', () => {
  test('a time in the gap runs at the first instant after it', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })

  test('a fixed hour that comes twice runs once, at its first occurrence', () => {
    const first = next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z')
    expect(first).toBe('2026-10-25T00:30:00.000Z')
    expect(next('30 2 * * *', 'Europe/Berlin', first ?? '')).toBe('2026-10-26T01:30:00.000Z')
  })
})

test.each([
  ['nonsense', 'UTC'],
  ['61 * * * *', 'UTC'],
  ['* * * * * *', 'UTC'],
  ['', 'UTC'],
  ['* * * * *', 'Mars/Olympus'],
])('"%s" in %s is refused, by name', (cron, timeZone) => {
  expect(() => nextCron(cron, timeZone, new Date('2026-01-05T08:00:00Z'))).toThrow(
    expect.objectContaining({
      code: 'TIME_INVALID_CRON',
      message: expect.stringContaining(`"${cron}" in time zone "${timeZone}"`) as string,
    }) as Error,
  )
})

test('the next time is always later, and never on the same minute twice', () => {
  const aCron = fc
    .tuple(fc.constantFrom('*', '*/15', '0', '30', '59'), fc.constantFrom('*', '*/6', '0', '2', '23'))
    .map(([minute, hour]) => `${minute} ${hour} * * *`)
  const aZone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe')
  const anInstant = fc.date({
    min: new Date('2025-01-01T00:00:00Z'),
    max: new Date('2028-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(aCron, aZone, anInstant, (cron, zone, after) => {
      const first = nextCron(cron, zone, after)
      const second = first && nextCron(cron, zone, first)
      expect(first?.getTime()).toBeGreaterThan(after.getTime())
      expect(second?.getTime()).toBeGreaterThanOrEqual((first?.getTime() ?? 0) + 60_000)
    }),
    { numRuns: 200 },
  )
})

test.each(['UTC', 'Europe/Berlin', 'Etc/GMT+5'])('%s is a time zone', (name) => {
  expect(isTimeZone(name)).toBe(true)
})

test.each(['Mars/Olympus', 'IST', 'PST', 'AET', ''])('"%s" is no time zone', (name) => {
  expect(isTimeZone(name)).toBe(false)
})
