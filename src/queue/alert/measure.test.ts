import { describe, expect, test } from 'vitest'

import { ALERT_KINDS } from '../store/alert.js'
import type { QueueFacts } from '../store/alert-facts.js'
import { describeAlert } from './describe-alert.js'
import { measure } from './measure.js'
import { checkThresholds, DEFAULT_THRESHOLDS, settleThresholds } from './thresholds.js'

const WELL: QueueFacts = {
  ...{ tenantId: 'acme', queue: 'pattern', ends: 0, failures: 0, dead: 0 },
  ...{ oldestWaitingMs: null, isServed: true, lateMs: null, changes: null },
}
const values = (facts: Partial<QueueFacts>) =>
  Object.fromEntries(
    measure({ ...WELL, ...facts })
      .filter(({ value }) => value > 0)
      .map(({ kind, value }) => [kind, value]),
  )

describe('what is measured', () => {
  test('is everything there are alerts for, each 0 where all is well', () => {
    expect(measure(WELL).map(({ kind }) => kind)).toEqual(ALERT_KINDS)
    expect(values({})).toEqual({})
  })

  test('is per cent, jobs and minutes', () => {
    expect(values({ ends: 3, failures: 2 })).toEqual({ 'failure-rate': 66.7 })
    expect(values({ dead: 4 })).toEqual({ 'dead-growth': 4 })
    expect(values({ oldestWaitingMs: 90_000 })).toEqual({ 'oldest-waiting': 1.5 })
    expect(values({ lateMs: 60_000 })).toEqual({ 'late-schedule': 1 })
    expect(values({ oldestWaitingMs: 60_000, isServed: false })).toEqual({
      'oldest-waiting': 1,
      'no-worker': 1,
    })
    expect(values({ isServed: false })).toEqual({})
  })

  test('a rate of few ends is unsure', () => {
    const isUnsure = (facts: Partial<QueueFacts>) => measure({ ...WELL, ...facts })[0]?.isUnsure
    expect(isUnsure({ ends: 19 })).toBe(true)
    expect(isUnsure({ ends: 20 })).toBe(false)
    expect(isUnsure({ ends: 5, changes: { failureLeastEnds: 5 } })).toBe(false)
  })

  test('thresholds are the defaults where nobody decided otherwise', () => {
    const changes = { oldestWaitingMinutes: 1, deadPerHour: null }
    expect(measure({ ...WELL, changes }).map(({ threshold }) => threshold)).toEqual([50, 1, null, 5, 2])
    expect(settleThresholds(null)).toEqual(DEFAULT_THRESHOLDS)
  })

  test.each([
    [{ failureRatePercent: 0 }, /failureRatePercent.*is 0, not a whole number from 1 to 100, nor null/],
    [{ failureMinutes: null as never }, /failureMinutes.*is null, not a whole number from 1 to 60\.$/],
    [{ noWorkerMinutes: 1.5 }, /noWorkerMinutes/],
    [{ oldestWaiting: 5 } as never, /oldestWaitingMinutes/],
  ])('%j is refused', (changes, sentence) => {
    expect(() => checkThresholds(changes)).toThrow(sentence)
  })

  test('is told in a sentence', () => {
    const about = { queue: 'pattern', raisedAt: new Date(0), clearedAt: null }
    expect(ALERT_KINDS.map((kind) => describeAlert({ ...about, kind, value: 62.5, threshold: 50 }))).toEqual([
      'Queue pattern: 62.5 % of the attempts fail; told from 50 % on.',
      'Queue pattern: a job has waited for 62.5 minutes; told from 50 minutes on.',
      'Queue pattern: 62.5 jobs died within an hour; told from 50 jobs on.',
      'Queue pattern: a schedule has been due for 62.5 minutes; told from 50 minutes on.',
      'Queue pattern: no worker serves it, and a job has waited for 62.5 minutes; told from 50 minutes on.',
    ])
    const one = { ...about, value: 1, threshold: 1 }
    expect(
      (['oldest-waiting', 'dead-growth'] as const).map((kind) => describeAlert({ ...one, kind })),
    ).toEqual([
      'Queue pattern: a job has waited for 1 minute; told from 1 minute on.',
      'Queue pattern: 1 job died within an hour; told from 1 job on.',
    ])
  })
})
