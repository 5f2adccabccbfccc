import { expect, test } from 'vitest'

import type { Duration } from '../../time/index.js'
import { flawOf, type ScheduleSettings } from './schedule.js'

const daily = { name: 'daily', cron: '0 2 * * *', timeZone: 'UTC' }

test.each<ScheduleSettings & { name: string }>([
  daily,
  { ...daily, timeZone: 'tenant', overlap: 'queue', missed: { all: 1_000 }, jitter: '1d' },
  { name: 'often', every: '5s', missed: 'skip', overlap: 'skip' },
])('nothing is wrong with %j', (schedule) => {
  expect(flawOf(schedule)).toBeUndefined()
})

test.each<[string, object]>([
  ['needs either cron or every', { cron: undefined }],
  ['needs either cron or every', { every: '5m' }],
  ['has a timeZone, but no cron', { cron: undefined, every: '5m' }],
  ['has a cron, but no timeZone', { timeZone: undefined }],
  ['has the unknown time zone "Europe/Berln" (did you mean "Europe/Berlin"?)', { timeZone: 'Europe/Berln' }],
  ['has the unknown time zone "CEST"', { timeZone: 'CEST' }],
  ['runs every "4s"', { cron: undefined, timeZone: undefined, every: '4s' }],
  ['runs every "2000d"', { cron: undefined, timeZone: undefined, every: '2000d' }],
  ['runs every "often"', { cron: undefined, timeZone: undefined, every: 'often' as Duration }],
  ['has a jitter of "2d"', { jitter: '2d' }],
  ['has the unknown overlap policy "never"', { overlap: 'never' }],
  ['treats missed ticks as {"all":0}', { missed: { all: 0 } }],
  ['treats missed ticks as {"all":1001}', { missed: { all: 1_001 } }],
  ['treats missed ticks as "all"', { missed: 'all' }],
  ['has a name', { name: 'a/b' }],
])('a schedule that %s is told so', (flaw, change) => {
  expect(flawOf({ ...daily, ...change })).toContain(flaw)
})

test.each(['0 0 30 2 *', '@daily', '* * * * * *'])('the cron "%s" is refused', (cron) => {
  expect(() => flawOf({ ...daily, cron })).toThrow(
    expect.objectContaining({ code: 'TIME_INVALID_CRON' }) as Error,
  )
})
