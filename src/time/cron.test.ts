import { CronExpressionParser } from 'cron-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { nextCron, previousCron, refuseInvalidCron } from './cron.js'
import { minutesAroundChange, ticksByDefinition } from './testing/cron-by-definition.js'

const next = (cron: string, timeZone: string, after: string) =>
  nextCron(cron, timeZone, new Date(after))?.toISOString()

/** Every tick from one instant to another, the ends included. */
function ticksBetween(cron: string, timeZone: string, from: Date, to: Date): readonly Date[] {
  const ticks: Date[] = []
  let tick = nextCron(cron, timeZone, new Date(from.getTime() - 1))
  for (; tick && tick <= to; tick = nextCron(cron, timeZone, tick)) ticks.push(tick)
  return ticks
}

function ticksBetweenBackwards(cron: string, timeZone: string, from: Date, to: Date): readonly Date[] {
  const ticks: Date[] = []
  let tick = previousCron(cron, timeZone, new Date(to.getTime() + 1))
  for (; tick && tick >= from; tick = previousCron(cron, timeZone, tick)) ticks.unshift(tick)
  return ticks
}

test('the next time is one on the clock of the zone', () => {
  expect(next('0 2 * * *', 'UTC', '2026-01-05T08:00:00Z')).toBe('2026-01-06T02:00:00.000Z')
  expect(next('0 2 * * *', 'America/New_York', '2026-01-05T08:00:00Z')).toBe('2026-01-06T07:00:00.000Z')
  expect(next('0 2 * * *', 'Asia/Kolkata', '2026-01-05T08:00:00Z')).toBe('2026-01-05T20:30:00.000Z')
})

test('an instant that is due itself is past: the next one is later', () => {
  expect(next('0 2 * * *', 'UTC', '2026-01-05T02:00:00Z')).toBe('2026-01-06T02:00:00.000Z')
  expect(next('0 2 * * *', 'UTC', '2026-01-05T01:59:59.999Z')).toBe('2026-01-05T02:00:00.000Z')
  expect(next('0 2 * * *', 'UTC', '2026-01-05T02:00:00.001Z')).toBe('2026-01-06T02:00:00.000Z')
})

test('weekdays and months are heeded, and the last day of a month has a sign of its own', () => {
  expect(next('0 1 * * 0', 'UTC', '2026-01-05T08:00:00Z')).toBe('2026-01-11T01:00:00.000Z')
  expect(next('0 0 1 3 *', 'UTC', '2026-01-05T08:00:00Z')).toBe('2026-03-01T00:00:00.000Z')
  expect(next('0 0 L * *', 'UTC', '2026-02-05T08:00:00Z')).toBe('2026-02-28T00:00:00.000Z')
  expect(next('0 0 29 2 *', 'UTC', '2026-02-05T08:00:00Z')).toBe('2028-02-29T00:00:00.000Z')
})

test('a day that never comes has no next time', () => {
  expect(next('0 0 30 2 *', 'UTC', '2026-01-05T08:00:00Z')).toBeUndefined()
})

// The day on which the clocks are put forward, the day on which they are put back, and the times to look at.
const CHANGES = [
  { timeZone: 'Europe/Amsterdam', short: '2026-03-29', long: '2026-10-25' },
  { timeZone: 'America/New_York', short: '2026-03-08', long: '2026-11-01' },
  { timeZone: 'Australia/Lord_Howe', short: '2026-10-04', long: '2026-04-05' }, // by half an hour
  { timeZone: 'Africa/Algiers', short: '2026-03-29', long: '2026-10-25' }, // never
  { timeZone: 'Africa/Cairo', short: '2026-04-24', long: '2026-10-30' }, // at midnight
  { timeZone: 'Antarctica/Troll', short: '2026-03-29', long: '2026-10-25' }, // by two hours
]

const CRONS = [
  ...['* * * * *', '*/15 * * * *', '0 * * * *', '30 * * * *', '0 */2 * * *', '10,50 */2 * * *'],
  ...['0 2 * * *', '30 2 * * *', '0,30 2 * * *', '*/15 2 * * *', '15 2 * * *', '* 1-2 * * *', '59 2 * * *'],
  ...[
    '30 1 * * *',
    '45 1 * * 0',
    '0 1-3 * * *',
    '15 0,1,2,3 * * *',
    '0 0 * * *',
    '30 0 * * *',
    '30 23 * * *',
  ],
]

describe('on the days when clocks change', () => {
  test('a time in the gap runs at the first instant after it', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
    expect(next('*/15 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
    expect(next('*/15 2 * * *', 'Europe/Berlin', '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:00:00.000Z')
    expect(next('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00:00Z')).toBe('2026-10-03T15:30:00.000Z')
  })

  test('a fixed hour that comes twice runs once, at its first occurrence', () => {
    const first = next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z')
    expect(first).toBe('2026-10-25T00:30:00.000Z')
    expect(next('30 2 * * *', 'Europe/Berlin', first ?? '')).toBe('2026-10-26T01:30:00.000Z')
    expect(next('30 1 * * *', 'America/New_York', '2026-11-01T05:30:00Z')).toBe('2026-11-02T06:30:00.000Z')
  })

  test('every hour means every real one: both that have the same name, and none that is skipped', () => {
    const long = [new Date('2026-10-25T00:00:00Z'), new Date('2026-10-25T03:00:00Z')] as const
    expect(ticksBetween('30 * * * *', 'Europe/Berlin', ...long).map((tick) => tick.toISOString())).toEqual([
      '2026-10-25T00:30:00.000Z', // 02:30 in summer time
      '2026-10-25T01:30:00.000Z', // 02:30 in winter time
      '2026-10-25T02:30:00.000Z',
    ])
    const short = [new Date('2026-03-29T00:00:00Z'), new Date('2026-03-29T02:00:00Z')] as const
    expect(ticksBetween('30 * * * *', 'Europe/Berlin', ...short)).toHaveLength(2)
  })

  test('a day that a whole country skipped runs at the first instant after it', () => {
    expect(next('0 9 30 12 *', 'Pacific/Apia', '2011-12-30T09:59:59Z')).toBe('2011-12-30T10:00:00.000Z')
  })

  describe.each(CHANGES)('$timeZone', ({ timeZone, short, long }) => {
    test.each([
      ['short', short],
      ['long', long],
    ])('on the %s day, %s, ticks are those of the rule, both forwards and backwards', (_, day) => {
      const minutes = minutesAroundChange(timeZone, day)
      const [from, to] = [minutes[0]?.at ?? new Date(), minutes.at(-1)?.at ?? new Date()]
      for (const cron of CRONS) {
        const ticks = ticksByDefinition(cron, minutes)
        expect({ cron, ticks: ticksBetween(cron, timeZone, from, to) }).toEqual({ cron, ticks })
        expect({ cron, ticks: ticksBetweenBackwards(cron, timeZone, from, to) }).toEqual({ cron, ticks })
      }
    })
  })
})

test.each([
  ['nonsense', 'UTC', 'write five fields'],
  ['61 * * * *', 'UTC', ''],
  ['* * * * * *', 'UTC', 'write five fields'],
  ['', 'UTC', 'write five fields'],
  ['@daily', 'UTC', 'write five fields'],
  ['2026-01-05T08:00:00Z', 'UTC', 'write five fields'],
  ['Jan 5 2026 08:00 GMT', 'UTC', 'write five fields'],
  ['* * * * *', 'Mars/Olympus', ''],
  ['30 2 * * *', 'Mars/Olympus', ''],
])('"%s" in %s is refused, by name', (cron, timeZone, advice) => {
  const error = expect.objectContaining({
    code: 'TIME_INVALID_CRON',
    message: expect.stringContaining(
      `"${cron}" in time zone "${timeZone}" is not a schedule: ${advice}`,
    ) as string,
  }) as Error
  expect(() => nextCron(cron, timeZone, new Date('2026-01-05T08:00:00Z'))).toThrow(error)
  expect(() => previousCron(cron, timeZone, new Date('2026-01-05T08:00:00Z'))).toThrow(error)
})

test.each(['0 0 30 2 *', '0 0 31 2,4,6,9,11 *'])('"%s" is refused for it would never be due', (cron) => {
  expect(() => refuseInvalidCron(cron, 'UTC')).toThrow(/would never be due/)
  expect(() => refuseInvalidCron('0 0 29 2 *', 'UTC')).not.toThrow()
})

/** One field: any value, steps, or a list of numbers and ranges. */
const aField = (min: number, max: number) => {
  const aNumber = fc.integer({ min, max })
  const aRange = fc.tuple(aNumber, aNumber).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`)
  const aStep = fc.integer({ min: 1, max: max - min + 1 })
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    aStep.map((step) => `*/${step}`),
    fc.tuple(aRange, aStep).map(([range, step]) => `${range}/${step}`),
    fc.uniqueArray(aNumber, { minLength: 1, maxLength: 4 }).map(String), // cron-parser takes no value twice
  )
}
const aCron = fc
  .tuple(aField(0, 59), aField(0, 23), aField(1, 28), aField(1, 12), aField(0, 6))
  .map((fields) => fields.join(' '))
const aZone = fc.constantFrom(...CHANGES.map(({ timeZone }) => timeZone), 'UTC', 'Asia/Kathmandu')
const anInstant = (min: string, max: string) =>
  fc.date({ min: new Date(min), max: new Date(max), noInvalidDate: true })

describe('for any cron, zone and instant', () => {
  const anyTime = anInstant('2024-01-01T00:00:00Z', '2029-01-01T00:00:00Z')

  test('the next tick is later and on a whole minute, and no tick is between', () => {
    fc.assert(
      fc.property(aCron, aZone, anyTime, fc.nat({ max: 999 }), (cron, zone, after, part) => {
        const tick = nextCron(cron, zone, after) as Date
        expect(tick.getTime()).toBeGreaterThan(after.getTime())
        expect(tick.getTime() % 60_000).toBe(0)
        const between = after.getTime() + Math.floor(((tick.getTime() - after.getTime() - 1) * part) / 1000)
        expect(nextCron(cron, zone, new Date(between))).toEqual(tick)
      }),
      { numRuns: 300 },
    )
  })

  test('the tick before the next one is the last one that was, and after that comes the next', () => {
    fc.assert(
      fc.property(aCron, aZone, anyTime, (cron, zone, now) => {
        const coming = nextCron(cron, zone, now) as Date
        const last = previousCron(cron, zone, coming) as Date
        expect(last.getTime()).toBeLessThanOrEqual(now.getTime())
        expect(previousCron(cron, zone, new Date(now.getTime() + 1))).toEqual(last)
        expect(nextCron(cron, zone, last)).toEqual(coming)
      }),
      { numRuns: 300 },
    )
  })

  test('around a change of clocks ticks are those of the rule', () => {
    const days = CHANGES.flatMap(({ timeZone, short, long }) =>
      [short, long].map((day) => ({ timeZone, minutes: minutesAroundChange(timeZone, day) })),
    )
    const everyDay = fc.tuple(aField(0, 59), aField(0, 23)).map(([minute, hour]) => `${minute} ${hour} * * *`)
    fc.assert(
      fc.property(everyDay, fc.constantFrom(...days), (cron, { timeZone, minutes }) => {
        const [from, to] = [minutes[0]?.at as Date, minutes.at(-1)?.at as Date]
        expect(ticksBetween(cron, timeZone, from, to)).toEqual(ticksByDefinition(cron, minutes))
      }),
      { numRuns: 100 },
    )
  })
})

describe('away from the days when clocks change, cron-parser says the same', () => {
  // On such days the two differ only in what they refuse: there, a value given twice; here, steps longer than their field.
  const summer = anInstant('2026-06-01T00:00:00Z', '2026-08-15T00:00:00Z')
  const winter = anInstant('2026-12-05T00:00:00Z', '2027-01-31T00:00:00Z')
  const isNear = (tick: Date, from: Date) => tick.getTime() - from.getTime() < 30 * 86_400_000

  test('forwards and backwards', () => {
    let compared = 0
    fc.assert(
      fc.property(aCron, aZone, fc.oneof(summer, winter), (cron, tz, at) => {
        const theirs = () => CronExpressionParser.parse(cron, { tz, currentDate: at })
        const coming = nextCron(cron, tz, at) as Date
        const last = previousCron(cron, tz, at) as Date
        if (isNear(coming, at))
          expect({ cron, tz, at, tick: theirs().next().toDate() }).toEqual({ cron, tz, at, tick: coming })
        if (isNear(at, last)) expect(theirs().prev().toDate()).toEqual(last)
        compared += isNear(coming, at) ? 1 : 0
      }),
      { numRuns: 1_000 },
    )
    expect(compared).toBeGreaterThan(300)
  })
})
