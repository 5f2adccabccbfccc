import { expect, test, vi } from 'vitest'

import type { EndedEvent, EngineSignals } from './queue/index.js'
import { Signals } from './queue/signals.js'
import { tellAttempts } from './tell-attempts.js'

const event = {
  ...{ jobId: '1', tenantId: 'acme', name: 'test.work', queue: 'default', attempt: 2, waitMs: 1 },
  ...{ state: 'scheduled', ended: 'failed', runMs: 12, errorCode: 'JOBS_FAILED' },
} as const satisfies EndedEvent
const { jobId, tenantId, queue, attempt, runMs, errorCode } = event
const fields = { jobId, job: 'test.work', queue, attempt, tenantId, errorCode, runMs }

test('an attempt that failed is warned of, a job that is dead is an error, what went well is not mentioned', () => {
  const signals = new Signals<EngineSignals>()
  const logger = { warn: vi.fn(), error: vi.fn() }
  tellAttempts(signals, logger)
  signals.emit('attempt.ended', { ...event, state: 'done', ended: 'done', errorCode: null })
  expect([logger.warn.mock.calls, logger.error.mock.calls]).toEqual([[], []])
  signals.emit('attempt.ended', event)
  signals.emit('attempt.ended', { ...event, state: 'dead', ended: 'dead' })
  expect(logger.warn.mock.calls).toEqual([[fields, 'attempt failed, and is tried again']])
  expect(logger.error.mock.calls).toEqual([[fields, 'job is dead']])
})
