import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { PRIORITIES } from '../notice.js'
import {
  CHANNELS,
  DEFAULT_PREFERENCES,
  Preferences,
  readPreferences,
  type InZone,
} from '../preferences/preferences.js'
import { decideDelivery } from './decide-delivery.js'

const NOON = new Date('2026-06-30T12:00:00Z')
const MIDNIGHT = new Date('2026-07-01T00:00:00Z')
const MORNING = new Date('2026-07-01T07:00:00Z')

const wanting = (preferences: object): InZone => ({ ...Preferences.parse(preferences), timeZone: 'UTC' })
const BY_DEFAULT = wanting({})
const NIGHT = { from: '22:00', to: '07:00' }
const ALL_BY_MAIL = {
  critical: CHANNELS,
  high: CHANNELS,
  medium: CHANNELS,
  low: CHANNELS,
}

const notice = (priority: (typeof PRIORITIES)[number], eventType = 'job.analysis.done') => ({
  priority,
  eventType,
})

test('by default all is told on screens, and what is critical or high by e-mail too', () => {
  for (const priority of ['critical', 'high'] as const)
    expect(decideDelivery(BY_DEFAULT, notice(priority), NOON)).toEqual({
      ringAt: NOON,
      email: { at: NOON, isDigest: false },
    })
  for (const priority of ['medium', 'low'] as const)
    expect(decideDelivery(BY_DEFAULT, notice(priority), NOON)).toEqual({ ringAt: NOON, email: null })
})

test('the first pattern that fits an event says where it is told, whatever its priority', () => {
  const preferences = wanting({
    events: [
      { pattern: 'job.analysis.*', channels: ['email'] },
      { pattern: 'job.*', channels: [] },
    ],
  })
  expect(decideDelivery(preferences, notice('low'), NOON)).toEqual({
    ringAt: null,
    email: { at: NOON, isDigest: false },
  })
  expect(decideDelivery(preferences, notice('high', 'job.other'), NOON)).toEqual({
    ringAt: null,
    email: null,
  })
  expect(decideDelivery(preferences, notice('low', 'shipment.late'), NOON).ringAt).toEqual(NOON)
})

test('what is critical is on screens whatever somebody chose', () => {
  const none = wanting({ channels: { critical: [] }, events: [{ pattern: '*', channels: [] }] })
  expect(decideDelivery(none, notice('critical'), NOON)).toEqual({ ringAt: NOON, email: null })
})

describe('in quiet hours', () => {
  const quiet = wanting({ quietHours: NIGHT, channels: ALL_BY_MAIL })

  test.each(['medium', 'low'] as const)('what is %s waits until they are over', (priority) => {
    expect(decideDelivery(quiet, notice(priority), MIDNIGHT)).toEqual({
      ringAt: MORNING,
      email: { at: MORNING, isDigest: false },
    })
  })

  test.each(['critical', 'high'] as const)('what is %s passes', (priority) => {
    expect(decideDelivery(quiet, notice(priority), MIDNIGHT)).toEqual({
      ringAt: MIDNIGHT,
      email: { at: MIDNIGHT, isDigest: false },
    })
  })

  test('no digest is sent: it waits as well', () => {
    const hourly = wanting({ quietHours: NIGHT, channels: ALL_BY_MAIL, digest: { every: 'hourly' } })
    expect(decideDelivery(hourly, notice('low'), MIDNIGHT).email).toEqual({ at: MORNING, isDigest: true })
  })
})

describe('a digest', () => {
  const daily = { ...wanting({ channels: ALL_BY_MAIL, digest: { every: 'daily', hour: 8 } }) }

  test('is due at its hour on clocks of the zone, on the days when they change too', () => {
    const at = (timeZone: string, now: string) =>
      decideDelivery({ ...daily, timeZone }, notice('low'), new Date(now)).email?.at.toISOString()
    expect(at('UTC', '2026-06-30T12:00:00Z')).toBe('2026-07-01T08:00:00.000Z')
    expect(at('Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T06:00:00.000Z')
    expect(at('Europe/Berlin', '2026-10-24T12:00:00Z')).toBe('2026-10-25T07:00:00.000Z')
  })

  test('is due at the next full hour where one is wanted every hour', () => {
    const hourly = wanting({ channels: ALL_BY_MAIL, digest: { every: 'hourly' } })
    const at = new Date('2026-06-30T12:20:00Z')
    expect(decideDelivery(hourly, notice('medium'), at)).toEqual({
      ringAt: at,
      email: { at: new Date('2026-06-30T13:00:00Z'), isDigest: true },
    })
  })

  test('never holds what is critical or high', () => {
    for (const priority of ['critical', 'high'] as const)
      expect(decideDelivery(daily, notice(priority), NOON).email).toEqual({ at: NOON, isDigest: false })
  })
})

const someChannels = fc.subarray([...CHANNELS])
const aTime = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:30`)
const somePreferences = fc.record({
  channels: fc.record({
    critical: someChannels,
    high: someChannels,
    medium: someChannels,
    low: someChannels,
  }),
  events: fc.array(fc.record({ pattern: fc.constantFrom('job.*', '*', 'other'), channels: someChannels }), {
    maxLength: 2,
  }),
  quietHours: fc.option(fc.record({ from: aTime, to: aTime }).filter(({ from, to }) => from !== to)),
  digest: fc.record({
    every: fc.constantFrom('none' as const, 'hourly' as const, 'daily' as const),
    hour: fc.integer({ min: 0, max: 23 }),
  }),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
})
const aDay = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2027-01-01T00:00:00Z'),
  noInvalidDate: true,
})

test('whatever somebody wants, time only puts off: the same channels are used at any hour, and urgent ones at once', () => {
  fc.assert(
    fc.property(somePreferences, fc.constantFrom(...PRIORITIES), aDay, (preferences, priority, now) => {
      const decided = decideDelivery(preferences, notice(priority), now)
      const anyTime = { ...preferences, quietHours: null, digest: { every: 'none' as const, hour: 0 } }
      const plain = decideDelivery(anyTime, notice(priority), now)
      expect(decided.ringAt === null).toBe(plain.ringAt === null)
      expect(decided.email === null).toBe(plain.email === null)
      for (const at of [decided.ringAt, decided.email?.at])
        if (at) expect(at.getTime()).toBeGreaterThanOrEqual(now.getTime())
      if (priority === 'critical' || priority === 'high') expect(decided).toEqual(plain)
      if (priority === 'critical') expect(decided.ringAt).toEqual(now)
    }),
    { numRuns: 200 },
  )
})

test('preferences that this version cannot read are the default ones', () => {
  expect(readPreferences({ channels: 'all' })).toEqual(DEFAULT_PREFERENCES)
  expect(readPreferences(null)).toEqual(DEFAULT_PREFERENCES)
})
