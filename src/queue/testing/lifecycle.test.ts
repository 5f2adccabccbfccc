import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { PermanentError, RetryableError } from '../errors.js'
import { cancel, snooze } from '../attempt/outcome.js'
import { aJob } from './engine-fixture.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)

  test('a job is run once and its result is kept', async () => {
    const { engine } = bench()
    let runs = 0
    bench().handler = async ({ n }) => {
      runs += 1
      return { doubled: (n ?? 0) * 2 }
    }
    await engine.start()
    const done = bench().ended()
    const id = await bench().enqueue(21)
    expect(await done).toMatchObject({ jobId: id, state: 'done', attempt: 1 })
    await bench().pass('1m')
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: { doubled: 42 }, attempt: 1 })
    expect(runs).toBe(1)
  })

  test('a failed attempt is tried again after its backoff, and the last one leaves the job dead', async () => {
    const { engine, clock } = bench()
    bench().handler = async () => {
      throw new Error('carrier is down')
    }
    await engine.start()
    const first = bench().ended()
    const id = await bench().enqueue()
    expect(await first).toMatchObject({ state: 'scheduled' })
    expect((await bench().get(id)).runAt).toEqual(new Date(clock.now().getTime() + 10_000))
    const second = bench().ended()
    await bench().pass('10s')
    expect(await second).toMatchObject({ state: 'scheduled', attempt: 2 })
    const third = bench().ended()
    await bench().pass('20s')
    expect(await third).toMatchObject({ state: 'dead', attempt: 3 })
    const job = await bench().get(id)
    expect(job.error).toEqual({ code: 'JOBS_FAILED', message: 'carrier is down' })
    expect(job.attempts.map(({ number, ended }) => `${number} ${ended}`)).toEqual([
      '1 failed',
      '2 failed',
      '3 dead',
    ])
  })

  test('a retry comes no sooner than the other side asked for', async () => {
    const { engine, clock } = bench()
    bench().handler = async () => {
      throw new RetryableError('rate limited', 60_000)
    }
    await engine.start()
    const first = bench().ended()
    const id = await bench().enqueue()
    await first
    expect((await bench().get(id)).runAt).toEqual(new Date(clock.now().getTime() + 60_000))
  })

  test('a permanent error leaves the job dead at once', async () => {
    await bench().engine.start()
    bench().handler = async () => {
      throw new PermanentError('no such store')
    }
    const done = bench().ended()
    await bench().enqueue()
    expect(await done).toMatchObject({ state: 'dead', attempt: 1 })
  })

  test('a snoozed job runs again later and spends no attempt', async () => {
    const { engine, clock } = bench()
    bench().handler = async () => snooze('1h')
    await engine.start()
    const snoozed = bench().ended()
    const id = await bench().enqueue()
    expect(await snoozed).toMatchObject({ state: 'scheduled' })
    expect(await bench().get(id)).toMatchObject({
      attempt: 0,
      runAt: new Date(clock.now().getTime() + 3_600_000),
    })
    bench().handler = async () => 'awake'
    const awake = bench().ended()
    await bench().pass('1h')
    expect(await awake).toMatchObject({ state: 'done', attempt: 1 })
  })

  test('a handler that finds nothing to do ends its job cancelled, with its reason', async () => {
    bench().handler = async () => cancel('no vehicle on duty')
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    expect(await ended).toMatchObject({ state: 'cancelled' })
    expect((await bench().get(id)).error).toEqual({ code: 'JOBS_CANCELLED', message: 'no vehicle on duty' })
  })

  test('a reason that the database cannot hold does not keep a job from ending', async () => {
    bench().handler = async () => cancel('no \0 vehicle')
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    expect(await ended).toMatchObject({ state: 'cancelled' })
    expect((await bench().get(id)).error?.message).toBe('no \u{fffd} vehicle')
  })

  test('a result that is no JSON is a failure with a code of its own', async () => {
    bench().handler = async () => 10n as never
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    expect(await ended).toMatchObject({ state: 'scheduled' })
    expect((await bench().get(id)).attempts).toMatchObject([
      { ended: 'failed', error: { code: 'JOBS_RESULT_NOT_JSON' } },
    ])
  })

  test('a payload that no longer parses makes the job dead with a code of its own, without a run', async () => {
    const { engine, clock } = bench()
    let runs = 0
    bench().handler = async () => void (runs += 1)
    const id = await aJob(database(), { name: 'test.work', state: 'waiting', at: clock.now() })
    await database().query(`UPDATE linehaul.job SET payload = '{"n":"text"}'`)
    const ended = bench().ended()
    await engine.start()
    expect(await ended).toMatchObject({ state: 'dead', attempt: 1 })
    expect(await bench().get(id)).toMatchObject({ error: { code: 'JOBS_INVALID_PAYLOAD' } })
    expect(runs).toBe(0)
  })

  test('a row that lies under a former name of its definition is run', async () => {
    const id = await aJob(database(), { name: 'test.former-name', state: 'waiting', at: bench().clock.now() })
    const ended = bench().ended()
    await bench().engine.start()
    expect(await ended).toMatchObject({ jobId: id, state: 'done' })
  })

  test('a row of a name that no process knows is left alone', async () => {
    const id = await aJob(database(), {
      name: 'test.of-a-later-version',
      state: 'waiting',
      at: bench().clock.now(),
    })
    const ended = bench().ended()
    await bench().engine.start()
    const known = await bench().enqueue()
    expect(await ended).toMatchObject({ jobId: known })
    await bench().pass('1s')
    expect(await bench().get(id)).toMatchObject({ state: 'held', attempt: 0 }) // until a worker says that it knows it
  })

  test('no more attempts run at once than the engine allows', async () => {
    const few = bench().anotherEngine({ concurrency: 2 })
    const running: (() => void)[] = []
    let most = 0
    bench().handler = () =>
      new Promise((resolve) => {
        running.push(() => resolve(undefined))
        most = Math.max(most, running.length)
      })
    for (let n = 0; n < 6; n++) await bench().enqueue(n)
    await few.engine.start()
    for (let n = 0; n < 6; n++) {
      await bench().pass('1s')
      running.shift()?.()
    }
    await bench().pass('1s')
    expect(most).toBe(2)
    expect(await bench().engine.operator.list('default', { state: 'done', limit: 10 })).toHaveLength(6)
  })
})
