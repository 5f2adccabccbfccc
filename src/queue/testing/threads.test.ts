import { once } from 'node:events'
import { BroadcastChannel, threadId } from 'node:worker_threads'

import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { exponential } from '../attempt/backoff.js'
import { defineJob, type Job } from '../define-job.js'
import { anEngine, clearJobs, stopNow, type Fixture } from './engine-fixture.js'

const module = new URL('./fixtures/handlers.thread.js', import.meta.url)

const inThread: Job<{ step: string }, unknown> = defineJob({
  name: 'test.in-thread',
  queue: 'default',
  payload: z.object({ step: z.string() }),
  timeout: '1m',
  backoff: exponential({ base: '10s', jitter: 'none' }),
  runIn: 'thread',
  module,
})

onEachDatabase((database) => {
  let fixture: Fixture
  let faulty: FaultyDatabase

  beforeEach(async () => {
    await clearJobs(database())
    faulty = new FaultyDatabase(database())
    fixture = anEngine(faulty, [inThread], { concurrency: 1 })
    await fixture.engine.start()
  })
  afterEach(() => stopNow(fixture))

  const get = (id: string) => fixture.engine.operator.get('default', id)
  const ended = () => fixture.engine.signals.next('attempt.ended')

  async function enqueue(step: string): Promise<string> {
    const { id } = await fixture.engine.enqueue(inThread, { step }, { tenantId: 'default', actor: 'user:7' })
    return id
  }

  async function run(step: string) {
    const end = ended()
    const id = await enqueue(step)
    const event = await end
    return { event, job: await get(id) }
  }

  /** Resolves once `step` begins in its thread. */
  async function begins(step: string): Promise<void> {
    const channel = new BroadcastChannel('linehaul test threads')
    const [begun] = (await once(channel as unknown as EventTarget, 'message')) as [{ data: string }]
    channel.close()
    expect(begun.data).toBe(step)
  }

  async function pass(duration: `${number}s`): Promise<void> {
    await faulty.idle()
    fixture.clock.advance(duration)
    await faulty.idle()
  }

  test('a handler in a thread gets the payload and what is known of its attempt, and its result comes back', async () => {
    const { job } = await run('answer')
    const { id: jobId } = job
    expect(job.result).toEqual({
      jobId,
      tenantId: 'default',
      number: 1,
      actor: 'user:7',
      threadId: expect.any(Number) as number,
    })
    expect(job.result).not.toMatchObject({ threadId })
    expect((await run('nothing')).job).toMatchObject({ state: 'done', result: null })
  })

  test('a thread serves one attempt after another', async () => {
    expect((await run('thread')).job.result).toBe((await run('thread')).job.result)
  })

  test('what it throws keeps its code, and tells a permanent from a passing failure', async () => {
    expect((await run('fail')).job.attempts).toMatchObject([
      { ended: 'failed', error: { code: 'CAD_NO_PART', message: 'no such part' } },
    ])
    expect((await run('fail for good')).job).toMatchObject({
      state: 'dead',
      error: { code: 'JOBS_PERMANENT', message: 'not a CAD file' },
    })
    const { job } = await run('fail for now')
    expect(job.runAt).toEqual(new Date(fixture.clock.now().getTime() + 90_000))
  })

  test('it can wait for other jobs, and sees what became of them', async () => {
    const done = fixture.engine.signals.next(
      'attempt.ended',
      ({ jobId, state }) => jobId === id && state === 'done',
    )
    const id = await enqueue('wait for another')
    await done
    expect((await get(id)).result).toEqual(['test.in-thread is done'])
  })

  test('a wish from a thread is heard', async () => {
    expect((await run('snooze')).event).toMatchObject({ state: 'scheduled', ended: 'snoozed' })
  })

  test('progress and log lines from a thread are all there when its attempt has ended', async () => {
    const { job } = await run('report')
    expect(job.progress).toMatchObject({ percent: 80, step: 'meshing' })
    expect(await fixture.engine.operator.logs('default', job.id)).toMatchObject([
      { message: 'from the thread', data: { triangles: 12 } },
    ])
  })

  test.each([
    ['wrong progress', 'JOBS_INVALID_OPTION'],
    ['no JSON', 'JOBS_RESULT_NOT_JSON'],
    ['exit', 'JOBS_FAILED'],
  ])('a thread with %s fails its attempt, and only that', async (step, errorCode) => {
    expect((await run(step)).event).toMatchObject({ ended: 'failed', errorCode })
    expect((await run('nothing')).event).toMatchObject({ state: 'done' })
  })

  test('log data that cannot leave the thread fails nothing', async () => {
    expect((await run('unclonable log')).event).toMatchObject({ state: 'done' })
  })

  test('a handler that listens to its signal ends by itself when its job is cancelled', async () => {
    const begun = begins('until aborted')
    const end = ended()
    const id = await enqueue('until aborted')
    await begun
    await fixture.engine.operator.cancel('default', id, 'changed my mind')
    expect(await end).toMatchObject({ state: 'cancelled', runMs: 0 })
  })

  test('an endless loop is ended with its thread after its timeout; the main loop stays free and the next job runs', async () => {
    const begun = begins('never end')
    const end = ended()
    const id = await enqueue('never end')
    await begun
    await new Promise(setImmediate) // which an endless loop in this thread would never let happen
    await pass('60s')
    expect(await get(id)).toMatchObject({ state: 'running' })
    await pass('10s')
    expect(await end).toMatchObject({ ended: 'failed', errorCode: 'JOBS_ABANDONED' })
    expect((await run('nothing')).event).toMatchObject({ state: 'done' })
  })

  test('an engine that stops ends the threads that go on', async () => {
    const begun = begins('never end')
    const id = await enqueue('never end')
    await begun
    await stopNow(fixture)
    expect((await get(id)).attempts).toMatchObject([{ ended: 'released' }])
  })
})

test('without an engine, such as in a test, the handler runs where it is called', async () => {
  const attempt = { jobId: 'j', tenantId: 't', number: 1, actor: null }
  expect(await inThread.run({ step: 'answer' }, {}, attempt as never)).toMatchObject({ threadId })
})

test('a definition without a handler is refused', () => {
  const definition = { name: 'test.empty', queue: 'default', payload: z.object({}), runIn: 'thread' } as const
  expect(() => defineJob(definition as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_DEFINITION' }),
  )
})
