import { expect, test } from 'vitest'

import { standingOf } from './scheduler-standing.js'

const at = (hour: number) => new Date(Date.UTC(2026, 0, 5, hour))
const ofAll = { tenantId: '', isStopped: true, at: at(9), by: 'user:owner' }
const own = { tenantId: 'berlin', isStopped: true, at: at(10), by: 'user:ann' }
const one = { count: 1, since: at(8) }

test('what was never stopped runs since a process makes ticks, started by nobody', () => {
  expect(standingOf([], one)).toEqual({
    ...{ isRunning: true, stopped: null, startedAt: at(8), startedBy: null, processes: 1 },
  })
})

test('where no process makes ticks nothing runs, though nobody stopped it', () => {
  expect(standingOf([], { count: 0, since: null })).toMatchObject({ isRunning: false, stopped: null })
})

test('a stop of all comes before that of a tenant', () => {
  expect(standingOf([ofAll, own], one)).toMatchObject({
    ...{ isRunning: false, startedAt: null, stopped: { by: 'user:owner', at: at(9), ofAll: true } },
  })
  expect(standingOf([{ ...ofAll, isStopped: false }, own], one)).toMatchObject({
    stopped: { by: 'user:ann', ofAll: false },
  })
})

test('what was started again runs since then', () => {
  const started = [ofAll, own].map((control) => ({ ...control, isStopped: false }))
  expect(standingOf(started, one)).toMatchObject({
    ...{ isRunning: true, startedAt: at(10), startedBy: 'user:ann' },
  })
  expect(standingOf(started, { count: 2, since: at(11) })).toMatchObject({ startedAt: at(11), processes: 2 })
})
