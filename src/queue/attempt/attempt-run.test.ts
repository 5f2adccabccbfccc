import { expect, test } from 'vitest'

import { FakeClock } from '../../time/testing/fake-clock.js'
import { AttemptRun } from './attempt-run.js'

const never = () => new Promise<never>(() => undefined)

test('an attempt that ends leaves no alarm behind', async () => {
  const clock = new FakeClock()
  const run = new AttemptRun(clock)
  expect(await run.run(async () => 'result', 1_000)).toEqual({ kind: 'returned', outcome: 'result' })
  expect(run.stopped).toBeUndefined()
  expect(clock.pendingAlarms).toBe(0)
})

test('a handler that throws before its first await has failed like any other', async () => {
  const error = new Error('at once')
  const handler = (): Promise<never> => {
    throw error
  }
  expect(await new AttemptRun(new FakeClock()).run(handler, 1_000)).toEqual({ kind: 'threw', error })
})

test('the first reason to stop stands', () => {
  const run = new AttemptRun(new FakeClock())
  run.stop('cancel')
  run.stop('shutdown')
  expect(run.stopped).toBe('cancel')
  expect(run.signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_CANCEL' })
})

test('an attempt that ignores its timeout is abandoned ten seconds after it', async () => {
  const clock = new FakeClock()
  const run = new AttemptRun(clock)
  const ending = run.run(never, 1_000)
  clock.advance('1s')
  expect(run.stopped).toBe('timeout')
  clock.advance('10s')
  expect(await ending).toEqual({ kind: 'abandoned' })
  expect(clock.pendingAlarms).toBe(0)
})

test('a stop that comes after the end does nothing, and sets no alarm', async () => {
  const clock = new FakeClock()
  const run = new AttemptRun(clock)
  await run.run(async () => undefined, 1_000)
  run.stop('lease')
  expect(run.stopped).toBeUndefined()
  expect(run.signal.aborted).toBe(false)
  expect(clock.pendingAlarms).toBe(0)
})

test('that the job is no longer ours does not stop an attempt that has finished it itself; other reasons do', () => {
  const run = new AttemptRun(new FakeClock())
  run.finish()
  run.stop('lease')
  expect(run.signal.aborted).toBe(false)
  run.stop('shutdown')
  expect(run.stopped).toBe('shutdown')
})

test('an attempt that is abandoned says so', async () => {
  const clock = new FakeClock()
  const run = new AttemptRun(clock)
  const ending = run.run(never, 1_000)
  clock.advance('10s')
  expect(run.abandoned.aborted).toBe(false)
  clock.advance('1s')
  expect(run.abandoned.aborted).toBe(true)
  expect(await ending).toEqual({ kind: 'abandoned' })
})
