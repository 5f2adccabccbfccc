import { expect, test } from 'vitest'

import { judgeReadiness } from './readiness.js'

const step = (state: 'applied' | 'waiting' | 'unknown' | 'changed') =>
  ({ part: 'queue', number: 1, name: 'job', state, appliedAt: null }) as const
const well = { steps: [step('applied')], leaderSilentMs: 900, waitingTooLong: 0 }

test('all is well', () => {
  const checks = { database: 'ok', migrations: 'ok', leader: 'ok', oldestWaiting: 'ok' }
  expect(judgeReadiness(well)).toEqual({ status: 'ok', checks })
})

test('a database that does not answer makes it not ready', () => {
  expect(judgeReadiness(undefined)).toMatchObject({
    status: 'not ready',
    checks: { database: 'failing', migrations: 'unknown', leader: 'unknown', oldestWaiting: 'unknown' },
  })
})

test('a schema that is not that of this version makes it not ready', () => {
  expect(judgeReadiness({ steps: [step('applied'), step('waiting')] })).toMatchObject({
    status: 'not ready',
    checks: { database: 'ok', migrations: 'failing', leader: 'unknown', oldestWaiting: 'unknown' },
  })
})

test.each([undefined, 31_000])(
  'a leader that has been silent for %s ms is none: it serves, degraded',
  (ms) => {
    expect(judgeReadiness({ ...well, leaderSilentMs: ms })).toMatchObject({
      status: 'degraded',
      checks: { leader: 'failing', oldestWaiting: 'unknown' },
    })
  },
)

test('jobs that wait too long leave it serving, degraded: another process would not mend that', () => {
  expect(judgeReadiness({ ...well, waitingTooLong: 1 })).toMatchObject({
    status: 'degraded',
    checks: { leader: 'ok', oldestWaiting: 'failing' },
  })
})
