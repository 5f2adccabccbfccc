import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { exponential } from '../backoff.js'
import { defineJob, type Attempt } from '../define-job.js'
import { PermanentError } from '../errors.js'
import { snooze, type Outcome } from '../outcome.js'
import { aJob, anEngine, clearJobs, type Fixture } from './engine-fixture.js'

onEachDatabase((database) => {
  let handler: (payload: { n?: number }, attempt: Attempt) => Promise<Outcome>
  let fixture: Fixture

  const work = defineJob({
    name: 'test.work',
    queue: 'default',
    payload: z.object({ n: z.number().optional() }),
    backoff: exponential({ base: '10s', jitter: 'none' }),
    maxAttempts: 3,
    timeout: '1m',
    run: (payload, _needs, attempt) => handler(payload, attempt),
  })
  const unique = defineJob({
    ...work,
    name: 'test.unique',
    aliases: [],
    uniqueKey: ({ n }) => `key ${n ?? ''}`,
  })

  beforeEach(async () => {
    await clearJobs(database())
    handler = async () => undefined
    fixture = anEngine(database(), [work, unique])
  })
  afterEach(() => fixture.engine.stop('0ms'))

  const ended = () => fixture.engine.signals.next('attempt.ended')
  const stateOf = async (id: string) => (await fixture.engine.operator.get('default', id)).state

  test('a job is run once and its result is kept', async () => {
    const { engine } = fixture
    handler = async ({ n }) => ({ doubled: (n ?? 0) * 2 })
    await engine.start()
    const done = ended()
    const { id } = await engine.enqueue(work, { n: 21 }, { tenantId: 'default' })
    expect(await done).toMatchObject({ jobId: id, state: 'done', attempt: 1 })
    expect(await engine.operator.get('default', id)).toMatchObject({
      state: 'done',
      result: { doubled: 42 },
      attempt: 1,
    })
  })

  test('a job enqueued in a transaction that rolls back never existed', async () => {
    const { engine } = fixture
    const failing = database().transaction(async (tx) => {
      await engine.enqueue(work, {}, { tenantId: 'default', tx })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await engine.operator.list('default', { limit: 10 })).toEqual([])
  })

  test('a failed attempt is tried again after its backoff, and the last one leaves the job dead', async () => {
    const { engine, clock } = fixture
    handler = async () => {
      throw new Error('carrier is down')
    }
    await engine.start()
    const first = ended()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default' })
    expect(await first).toMatchObject({ state: 'scheduled' })
    expect((await engine.operator.get('default', id)).runAt).toEqual(new Date(clock.now().getTime() + 10_000))
    const second = ended()
    clock.advance('10s')
    expect(await second).toMatchObject({ state: 'scheduled', attempt: 2 })
    const third = ended()
    clock.advance('20s')
    expect(await third).toMatchObject({ state: 'dead', attempt: 3 })
    const job = await engine.operator.get('default', id)
    expect(job.error).toEqual({ code: 'JOBS_FAILED', message: 'carrier is down' })
    expect(job.attempts.map(({ number, ended }) => `${number} ${ended}`)).toEqual([
      '1 failed',
      '2 failed',
      '3 dead',
    ])
  })

  test('a permanent error leaves the job dead at once', async () => {
    const { engine } = fixture
    handler = async () => {
      throw new PermanentError('no such store')
    }
    await engine.start()
    const done = ended()
    await engine.enqueue(work, {}, { tenantId: 'default' })
    expect(await done).toMatchObject({ state: 'dead', attempt: 1 })
  })

  test('a snoozed job runs again later and spends no attempt', async () => {
    const { engine, clock } = fixture
    handler = async () => snooze('1h')
    await engine.start()
    const done = ended()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default' })
    expect(await done).toMatchObject({ state: 'scheduled' })
    expect(await engine.operator.get('default', id)).toMatchObject({
      attempt: 0,
      runAt: new Date(clock.now().getTime() + 3_600_000),
    })
  })

  test('a running job that is cancelled has its signal aborted and ends cancelled, whatever it returns', async () => {
    const { engine } = fixture
    let begun: (() => void) | undefined
    const running = new Promise<void>((resolve) => (begun = resolve))
    handler = async (_, { signal }) => {
      begun?.()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return 'finished all the same'
    }
    await engine.start()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default' })
    await running
    const done = ended()
    await engine.operator.cancel('default', id, 'changed my mind')
    expect(await done).toMatchObject({ state: 'cancelled' })
    expect(await engine.operator.get('default', id)).toMatchObject({
      state: 'cancelled',
      result: null,
      error: { message: 'changed my mind' },
    })
  })

  test('debounced requests are one job, put off by each and run at the latest after the longest wait', async () => {
    const { engine, clock } = fixture
    const start = clock.now().getTime()
    const debounce = { tenantId: 'default', onClash: { debounce: '30s', atMost: '5m' } } as const
    const first = await engine.enqueue(unique, { n: 1 }, debounce)
    clock.advance('20s')
    const second = await engine.enqueue(unique, { n: 1 }, debounce)
    expect(second).toEqual({ id: first.id, isNew: false })
    expect((await engine.operator.get('default', first.id)).runAt).toEqual(new Date(start + 50_000))
    clock.advance('4m')
    clock.advance('30s')
    await engine.enqueue(unique, { n: 1 }, debounce)
    expect((await engine.operator.get('default', first.id)).runAt).toEqual(new Date(start + 300_000))
  })

  test('a job whose worker died is run again, and is dead once it has lost three', async () => {
    const { engine, clock } = fixture
    const once = await aJob(database(), { name: 'test.work', state: 'running', at: clock.ago('1h') })
    const thrice = await aJob(database(), {
      name: 'test.work',
      state: 'running',
      at: clock.ago('1h'),
      losses: 2,
    })
    const done = fixture.engine.signals.next('attempt.ended', ({ jobId }) => jobId === once)
    await engine.start()
    expect(await done).toMatchObject({ state: 'done', attempt: 1 })
    expect(await engine.operator.get('default', thrice)).toMatchObject({
      state: 'dead',
      error: { code: 'JOBS_LOST' },
    })
  })

  test('a payload that no longer parses makes the job dead with a code of its own', async () => {
    const { engine, clock } = fixture
    const id = await aJob(database(), { name: 'test.work', state: 'waiting', at: clock.now() })
    await database().query(`UPDATE linehaul.job SET payload = '{"n":"text"}'`)
    const done = ended()
    await engine.start()
    expect(await done).toMatchObject({ state: 'dead' })
    expect(await engine.operator.get('default', id)).toMatchObject({
      error: { code: 'JOBS_INVALID_PAYLOAD' },
    })
    expect(await stateOf(id)).toBe('dead')
  })
})
