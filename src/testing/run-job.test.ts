import { expect, test } from 'vitest'
import { z } from 'zod'

import {
  cancel,
  defineJob,
  exponential,
  request,
  RetryableError,
  snooze,
  waitFor,
  type Attempt,
  type Outcome,
} from '../queue/index.js'
import { runJob } from './index.js'

type Handler = (n: number, attempt: Attempt) => Promise<Outcome>

const work = defineJob({
  name: 'test.work',
  queue: 'default',
  payload: z.object({ n: z.number() }),
  backoff: exponential({ base: '10s' }),
  maxAttempts: 2,
  run: ({ n }, handler: Handler, attempt) => handler(n, attempt),
})

const run = (handler: Handler, options = {}) => runJob(work, { n: 1 }, handler, options)
const fails = (error: Error) => async () => Promise.reject(error)

test('what a handler returns is its result, as JSON has it', async () => {
  expect(await run(async () => ({ at: new Date(0) as unknown as string, none: undefined }))).toEqual({
    ...{ state: 'done', result: { at: '1970-01-01T00:00:00.000Z' }, error: undefined, delayMs: undefined },
    ...{ progress: [], logs: [], children: [] },
  })
  expect(await run(async () => undefined)).toMatchObject({ state: 'done', result: null })
})

test('a rule is what the test sets, and otherwise its default', async () => {
  const rule = { name: 'test.batch_size', default: 5 }
  const read: Handler = async (_, { rules }) => rules.get(rule)
  expect(await run(read, { rules: { 'test.batch_size': 9 } })).toMatchObject({ result: 9 })
  expect(await run(read)).toMatchObject({ result: 5 })
})

test('a throw is a retry after the longest wait of its backoff, and the last attempt’s is the end', async () => {
  const error = { code: 'JOBS_FAILED', message: 'no' }
  expect(await run(fails(new Error('no')))).toMatchObject({ state: 'retried', delayMs: 10_000, error })
  expect(await run(fails(new Error('no')), { random: () => 0.5 })).toMatchObject({ delayMs: 5_000 })
  expect(await run(fails(new RetryableError('no', 60_000)))).toMatchObject({ delayMs: 60_000 })
  expect(await run(fails(new Error('no')), { number: 2 })).toMatchObject({ state: 'dead', error })
  const own = { number: 2, maxAttempts: 3 } // as its request may say
  expect(await run(fails(new Error('no')), own)).toMatchObject({ state: 'retried', delayMs: 20_000 })
})

test('wishes are told for what they are', async () => {
  expect(await run(async () => snooze('5m'))).toMatchObject({ state: 'snoozed', delayMs: 300_000 })
  expect(await run(async () => cancel('no vehicle'))).toMatchObject({
    state: 'cancelled',
    error: { message: 'no vehicle' },
  })
})

test('a payload that the schema refuses is dead without a run', async () => {
  const wrong = { n: 'one' } as unknown as { n: number }
  const never = async () => expect.unreachable()
  expect(await runJob(work, wrong, never)).toMatchObject({
    state: 'dead',
    error: { code: 'JOBS_INVALID_PAYLOAD' },
  })
})

test('the attempt is what the test says it is', async () => {
  const tell: Handler = async (_, { jobId, tenantId, number }) => ({ jobId, tenantId, number })
  expect(await run(tell, { jobId: 'j', tenantId: 't', number: 2 })).toMatchObject({
    result: { jobId: 'j', tenantId: 't', number: 2 },
  })
})

test('a signal that is aborted is a timeout', async () => {
  const signal = AbortSignal.abort(new Error('too long'))
  const obeys: Handler = async (_, attempt) => attempt.signal.throwIfAborted()
  expect(await run(obeys, { signal })).toMatchObject({ state: 'retried', error: { code: 'JOBS_TIMEOUT' } })
})

test('what it waits for, says and finishes itself is told', async () => {
  const child = request(work, { n: 2 }, { tenantId: 'default' })
  expect(await run(async () => waitFor([child]))).toMatchObject({ state: 'waiting-for', children: [child] })
  const says: Handler = async (_, attempt) => {
    attempt.progress(40, { step: 'meshing' })
    attempt.log('warn', 'no thickness', { part: 13 })
    await attempt.finish({} as never, { invoice: 7 })
    throw new Error('too late to matter')
  }
  expect(await run(says)).toMatchObject({
    state: 'done',
    result: { invoice: 7 },
    progress: [{ percent: 40, step: 'meshing' }],
    logs: [{ level: 'warn', message: 'no thickness', data: { part: 13 } }],
  })
  const awaited = [{ id: 'a', name: 'test.work', state: 'done', result: 3, error: null }] as const
  const sums: Handler = async (_, attempt) => (await attempt.awaited()).map(({ result }) => result as number)
  expect(await run(sums, { awaited })).toMatchObject({ result: [3] })
})
