import { expect, test, vi } from 'vitest'

import type { EndedEvent, EngineSignals } from './queue/index.js'
import { Signals } from './queue/signals.js'
import { tellAttempts } from './tell-attempts.js'

const event = {
  ...{ jobId: '1', tenantId: 'acme', name: 'test.work', queue: 'default', attempt: 2, waitMs: 1 },
  ...{ state: 'scheduled', ended: 'failed', runMs: 12, errorCode: 'JOBS_RETRYABLE' },
  ...{ subject: 'mail:7', errorMessage: '450 try later', thrown: new Error('450 try later') },
} as const satisfies EndedEvent
const { jobId, tenantId, queue, subject, attempt, runMs, errorCode, errorMessage } = event
const fields = {
  ...{ jobId, job: 'test.work', queue, subject, attempt, tenantId, errorCode, errorMessage, runMs },
}

function told(...events: readonly EndedEvent[]) {
  const signals = new Signals<EngineSignals>()
  const logger = { warn: vi.fn(), error: vi.fn() }
  tellAttempts(signals, logger)
  for (const one of events) signals.emit('attempt.ended', one)
  return { warned: logger.warn.mock.calls, errors: logger.error.mock.calls }
}

test('an attempt that failed is warned of, a job that is dead is an error, and both say of what and with what', () => {
  expect(told(event, { ...event, state: 'dead', ended: 'dead' })).toEqual({
    warned: [[fields, 'attempt failed, and is tried again']],
    errors: [[fields, 'job is dead']],
  })
})

test('what went well is not mentioned', () => {
  const none = { errorCode: null, errorMessage: null }
  expect(told({ ...event, ...none, state: 'done', ended: 'done' })).toEqual({ warned: [], errors: [] })
})

test('only of an error without a code of its own it is told where it comes from', () => {
  const err = new TypeError('x is undefined')
  const unforeseen = { errorCode: 'JOBS_FAILED', errorMessage: err.message, thrown: err } as const
  expect(told({ ...event, ...unforeseen }).warned).toMatchObject([
    [{ errorMessage: err.message, err }, expect.anything()],
  ])
  expect(told(event).warned[0]?.[0]).not.toHaveProperty('err')
})
