import { describe, expect, test } from 'vitest'

import { classify, faultOf, type Ending, type StopReason } from './classify.js'
import { InvalidPayloadError, PermanentError, RetryableError } from '../errors.js'
import { cancel, snooze } from './outcome.js'

const ENDINGS = {
  returned: { kind: 'returned', outcome: { ok: true } },
  'returned nothing': { kind: 'returned', outcome: undefined },
  snoozed: { kind: 'returned', outcome: snooze('5m') },
  'cancelled itself': { kind: 'returned', outcome: cancel('nothing to do') },
  'returned no JSON': { kind: 'returned', outcome: 10n },
  threw: { kind: 'threw', error: new Error('carrier is down') },
  'threw for good': { kind: 'threw', error: new PermanentError('no such store') },
  'asked for time': { kind: 'threw', error: new RetryableError('rate limited', 60_000) },
  unreadable: { kind: 'unreadable', error: new InvalidPayloadError('test.work', new Error('n')) },
  abandoned: { kind: 'abandoned' },
} satisfies Record<string, Ending>

type Name = keyof typeof ENDINGS

const NOT_STOPPED = 'not stopped'

function verdictOf(name: Name, stopped: StopReason | typeof NOT_STOPPED, attempt = 1): string {
  const reason = stopped === NOT_STOPPED ? undefined : stopped
  const job = { attempt, maxAttempts: 3 }
  const verdict = classify(
    ENDINGS[name],
    reason,
    job,
    (failures) => failures * 1_000,
    () => 0,
  )
  const code = 'error' in verdict ? ` ${verdict.error.code}` : ''
  const delay = 'delayMs' in verdict ? ` ${verdict.delayMs}` : ''
  return `${verdict.kind}${delay}${code}`
}

/** What follows from each ending, for each reason why the attempt's signal was aborted. */
const TABLE: Record<Name, Record<StopReason | typeof NOT_STOPPED, string>> = {
  returned: {
    'not stopped': 'done',
    timeout: 'done',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'done',
    lease: 'lost',
  },
  'returned nothing': {
    'not stopped': 'done',
    timeout: 'done',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'done',
    lease: 'lost',
  },
  snoozed: {
    'not stopped': 'snoozed 300000',
    timeout: 'snoozed 300000',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'snoozed 300000',
    lease: 'lost',
  },
  'cancelled itself': {
    'not stopped': 'cancelled JOBS_CANCELLED',
    timeout: 'cancelled JOBS_CANCELLED',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'cancelled JOBS_CANCELLED',
    lease: 'lost',
  },
  'returned no JSON': {
    'not stopped': 'again 1000 JOBS_RESULT_NOT_JSON',
    timeout: 'again 1000 JOBS_RESULT_NOT_JSON',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'again 1000 JOBS_RESULT_NOT_JSON',
    lease: 'lost',
  },
  threw: {
    'not stopped': 'again 1000 JOBS_FAILED',
    timeout: 'again 1000 JOBS_TIMEOUT',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'released',
    lease: 'lost',
  },
  'threw for good': {
    'not stopped': 'dead JOBS_PERMANENT',
    timeout: 'dead JOBS_PERMANENT',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'released',
    lease: 'lost',
  },
  'asked for time': {
    'not stopped': 'again 60000 JOBS_RETRYABLE',
    timeout: 'again 1000 JOBS_TIMEOUT',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'released',
    lease: 'lost',
  },
  unreadable: {
    'not stopped': 'dead JOBS_INVALID_PAYLOAD',
    timeout: 'dead JOBS_INVALID_PAYLOAD',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'dead JOBS_INVALID_PAYLOAD',
    lease: 'lost',
  },
  abandoned: {
    'not stopped': 'again 1000 JOBS_ABANDONED',
    timeout: 'again 1000 JOBS_ABANDONED',
    cancel: 'cancelled JOBS_CANCELLED',
    shutdown: 'released',
    lease: 'lost',
  },
}

const cases = Object.entries(TABLE).flatMap(([name, row]) =>
  Object.entries(row).map(([stopped, verdict]) => [name, stopped, verdict] as const),
)

test.each(cases)('an attempt that %s, %s, is: %s', (name, stopped, verdict) => {
  expect(verdictOf(name as Name, stopped as StopReason)).toBe(verdict)
})

test('the last attempt allowed leaves the job dead when it fails', () => {
  expect(verdictOf('threw', NOT_STOPPED, 2)).toBe('again 2000 JOBS_FAILED')
  expect(verdictOf('threw', NOT_STOPPED, 3)).toBe('dead JOBS_FAILED')
  expect(verdictOf('abandoned', 'timeout', 3)).toBe('dead JOBS_ABANDONED')
  expect(verdictOf('returned no JSON', NOT_STOPPED, 3)).toBe('dead JOBS_RESULT_NOT_JSON')
})

test('a retry waits for the longer of its backoff and what was asked for', () => {
  const ending: Ending = { kind: 'threw', error: new RetryableError('soon', 10) }
  const verdict = classify(
    ending,
    undefined,
    { attempt: 1, maxAttempts: 3 },
    () => 500,
    () => 0,
  )
  expect(verdict).toMatchObject({ kind: 'again', delayMs: 500 })
})

describe('a fault', () => {
  test.each<[string, unknown, { code: string; message: string }]>([
    ['an error', new Error('why'), { code: 'JOBS_FAILED', message: 'why' }],
    ['a text', 'why', { code: 'JOBS_FAILED', message: 'why' }],
    ['nothing', undefined, { code: 'JOBS_FAILED', message: 'undefined' }],
    [
      'an error with a code',
      Object.assign(new Error('why'), { code: 'CARRIER_DOWN' }),
      { code: 'CARRIER_DOWN', message: 'why' },
    ],
    [
      'an error of the system whose code is as long as that of a database',
      Object.assign(new Error('why'), { code: 'EPIPE' }),
      { code: 'EPIPE', message: 'why' },
    ],
    [
      'an error of the database',
      Object.assign(new Error('why'), { code: '23505' }),
      { code: 'JOBS_FAILED', message: 'why' },
    ],
    ['what jsonb cannot hold', new Error('a\0b\ud800c'), { code: 'JOBS_FAILED', message: 'a\ufffdb\ufffdc' }],
  ])('is made from %s', (_what, thrown, fault) => {
    expect(faultOf(thrown)).toEqual(fault)
  })

  test('is cut to a length that a list of jobs can bear, never within a character', () => {
    const { message } = faultOf(new Error(`x${'\u{1f69a}'.repeat(2_000)}`))
    expect(message).toHaveLength(2_000)
    expect(message).not.toMatch(/\p{Surrogate}/u)
  })
})

describe('a delay that is no time', () => {
  const job = { attempt: 1, maxAttempts: 3 }
  const after = (error: unknown, backoff = () => 0) =>
    classify({ kind: 'threw', error }, undefined, job, backoff, () => 0)
  const fiveYears = 5 * 365 * 86_400_000

  test.each([
    ['no number, as from a header that held a date', NaN, 0],
    ['endless', Infinity, fiveYears],
    ['before now', -5, 0],
  ])('%s, asked for by the error: the job keeps its retry', (_, retryAfterMs, delayMs) => {
    expect(after(new RetryableError('rate limited', retryAfterMs))).toMatchObject({ kind: 'again', delayMs })
  })

  test.each([
    [NaN, 0],
    [Infinity, fiveYears],
    [-5, 0],
  ])('a backoff that says %d waits %d ms', (ms, delayMs) => {
    expect(after(new Error('carrier is down'), () => ms)).toMatchObject({ kind: 'again', delayMs })
  })

  test('a snooze of centuries is refused where it is asked for', () => {
    expect(() => snooze('20000w')).toThrow(/five years/)
    expect(() => snooze('1825d')).not.toThrow()
  })
})
