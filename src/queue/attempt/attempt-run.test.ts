import { expect, test } from 'vitest'

import { FakeClock } from '../../time/testing/fake-clock.js'
import { AttemptRun } from './attempt-run.js'
import type { Ending } from './classify.js'
import type { ClaimedJob } from '../store/claim.js'

const never = () => new Promise<never>(() => undefined)

const aRun = (clock: FakeClock) => new AttemptRun({ id: 'job' } as ClaimedJob, clock)

const ending = (run: AttemptRun, handler: () => Promise<unknown>, timeoutMs = 1_000) =>
  new Promise<Ending>((resolve) => run.run({ timeoutMs, handle: handler, ended: resolve }))

/** Until what began is watched. */
const nextTurn = () => new Promise(setImmediate)

test('an attempt that is noticed late has its timeout from its start on all the same', async () => {
  const clock = new FakeClock()
  const run = aRun(clock)
  void ending(run, never)
  clock.advance('900ms')
  await nextTurn()
  clock.advance('100ms')
  expect(run.stopped).toBe('timeout')
})

test('an attempt that ends leaves no alarm behind', async () => {
  const clock = new FakeClock()
  const run = aRun(clock)
  expect(await ending(run, async () => 'result')).toEqual({ kind: 'returned', outcome: 'result' })
  expect(run.stopped).toBeUndefined()
  expect(clock.pendingAlarms).toBe(0)
})

test('a handler that throws before its first await has failed like any other', async () => {
  const error = new Error('at once')
  const handler = (): Promise<never> => {
    throw error
  }
  expect(await ending(aRun(new FakeClock()), handler)).toEqual({ kind: 'threw', error })
})

test('the first reason to stop stands', () => {
  const run = aRun(new FakeClock())
  run.stop('cancel')
  run.stop('shutdown')
  expect(run.stopped).toBe('cancel')
  expect(run.signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_CANCEL' })
})

test('an attempt that ignores its timeout is abandoned ten seconds after it', async () => {
  const clock = new FakeClock()
  const run = aRun(clock)
  const abandoned = ending(run, never)
  await nextTurn()
  clock.advance('1s')
  expect(run.stopped).toBe('timeout')
  clock.advance('10s')
  expect(await abandoned).toEqual({ kind: 'abandoned' })
  expect(clock.pendingAlarms).toBe(0)
})

test('a stop that comes after the end does nothing, and sets no alarm', async () => {
  const clock = new FakeClock()
  const run = aRun(clock)
  await ending(run, async () => undefined)
  run.stop('lease')
  expect(run.stopped).toBeUndefined()
  expect(run.signal.aborted).toBe(false)
  expect(clock.pendingAlarms).toBe(0)
})

test('that the job is no longer ours does not stop an attempt that has finished it itself; other reasons do', () => {
  const run = aRun(new FakeClock())
  run.finish()
  run.stop('lease')
  expect(run.signal.aborted).toBe(false)
  run.stop('shutdown')
  expect(run.stopped).toBe('shutdown')
})

test('an attempt that is abandoned says so', async () => {
  const clock = new FakeClock()
  const run = aRun(clock)
  const abandoned = ending(run, never)
  await nextTurn()
  clock.advance('10s')
  expect(run.abandoned.aborted).toBe(false)
  clock.advance('1s')
  expect(run.abandoned.aborted).toBe(true)
  expect(await abandoned).toEqual({ kind: 'abandoned' })
})
