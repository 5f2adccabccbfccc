import { expect, test } from 'vitest'

import { latestTick } from './ticker.js'

const daily = { cron: '0 2 * * *', timeZone: 'UTC' }

test('a tick that is seen in time is the one that was due', () => {
  const due = new Date('2026-01-06T02:00:00Z')
  expect(latestTick({ ...daily, nextAt: due }, new Date('2026-01-06T02:00:01Z'))).toEqual({
    tick: due,
    nextAt: new Date('2026-01-07T02:00:00Z'),
  })
})

test('of the ticks that were missed it is the latest, and the next is in the future', () => {
  const firstDue = new Date('2026-01-06T02:00:00Z')
  expect(latestTick({ ...daily, nextAt: firstDue }, new Date('2026-01-09T01:59:59Z'))).toEqual({
    tick: new Date('2026-01-08T02:00:00Z'),
    nextAt: new Date('2026-01-09T02:00:00Z'),
  })
  expect(latestTick({ ...daily, nextAt: firstDue }, new Date('2026-01-09T02:00:00Z'))).toEqual({
    tick: new Date('2026-01-09T02:00:00Z'),
    nextAt: new Date('2026-01-10T02:00:00Z'),
  })
})
