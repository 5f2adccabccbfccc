import fc from 'fast-check'
import { expect, test } from 'vitest'

import { outsideQuietHours, quietUntil } from './quiet-hours.js'

const NIGHT = { from: '22:00', to: '07:00' }
const until = (hours: { from: string; to: string }, zone: string, at: string) =>
  quietUntil(hours, zone, new Date(at))?.toISOString() ?? null

test.each([
  ['before they begin', '2026-06-30T19:59:59Z', null],
  ['when they begin', '2026-06-30T20:00:00Z', '2026-07-01T05:00:00.000Z'],
  ['after midnight', '2026-07-01T04:59:59Z', '2026-07-01T05:00:00.000Z'],
  ['when they are over', '2026-07-01T05:00:00Z', null],
])('quiet hours over midnight, %s', (_, at, end) => {
  expect(until(NIGHT, 'Europe/Berlin', at)).toBe(end)
})

test('quiet hours within a day are over on the same day', () => {
  const lunch = { from: '12:00', to: '13:30' }
  expect(until(lunch, 'Asia/Kolkata', '2026-06-30T06:30:00Z')).toBe('2026-06-30T08:00:00.000Z')
  expect(until(lunch, 'Asia/Kolkata', '2026-06-30T08:00:00Z')).toBeNull()
  expect(until(lunch, 'Asia/Kolkata', '2026-06-30T06:29:00Z')).toBeNull()
})

test('nobody has quiet hours who wants none', () => {
  expect(quietUntil(null, 'UTC', new Date('2026-06-30T00:00:00Z'))).toBeNull()
})

test('on the short day they end at seven on the clock, an hour earlier than usual', () => {
  expect(until(NIGHT, 'Europe/Berlin', '2026-03-28T21:30:00Z')).toBe('2026-03-29T05:00:00.000Z')
})

test('on the long day they end at seven on the clock, an hour later than usual', () => {
  expect(until(NIGHT, 'Europe/Berlin', '2026-10-24T20:30:00Z')).toBe('2026-10-25T06:00:00.000Z')
})

test('an end in the hour that is skipped is the first instant after it', () => {
  const hours = { from: '22:00', to: '02:30' }
  expect(until(hours, 'Europe/Berlin', '2026-03-29T00:59:00Z')).toBe('2026-03-29T01:00:00.000Z')
  expect(until(hours, 'Europe/Berlin', '2026-03-29T01:00:00Z')).toBeNull()
})

test('an end in the hour that comes twice is its first coming, and nobody is silenced again for a day', () => {
  const hours = { from: '22:00', to: '02:30' }
  expect(until(hours, 'Europe/Berlin', '2026-10-25T00:10:00Z')).toBe('2026-10-25T00:30:00.000Z')
  // 02:10 on the clock, for the second time
  expect(until(hours, 'Europe/Berlin', '2026-10-25T01:10:00Z')).toBeNull()
})

const aTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
const someHours = fc.record({ from: aTime, to: aTime }).filter(({ from, to }) => from !== to)
const aZone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
)
const anInstant = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2027-01-01T00:00:00Z'),
  noInvalidDate: true,
})

test('whatever is put off is put off by a day and an hour at most, to an instant that is not quiet', () => {
  fc.assert(
    fc.property(someHours, aZone, anInstant, (quietHours, timeZone, at) => {
      const put = outsideQuietHours({ quietHours, timeZone }, at)
      expect(put.getTime()).toBeGreaterThanOrEqual(at.getTime())
      expect(put.getTime() - at.getTime()).toBeLessThanOrEqual(25 * 3_600_000)
      expect(quietUntil(quietHours, timeZone, put)).toBeNull()
    }),
    { numRuns: 200 },
  )
})
