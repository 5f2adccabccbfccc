import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import type { RequestOptions } from '../enqueue/request.js'
import { aListeningHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)

  /** Fails each time, under a definition of three attempts, 10 s and 20 s apart. */
  async function aFailing(options: Partial<RequestOptions>): Promise<string> {
    const { engine, work } = bench()
    bench().handler = () => Promise.reject(new Error('carrier is down'))
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default', ...options })
    const failed = bench().ended()
    await engine.start()
    await failed
    return id
  }

  test('a job may have fewer attempts than its definition says', async () => {
    const id = await aFailing({ maxAttempts: 1 })
    expect(await bench().get(id)).toMatchObject({
      state: 'dead',
      attempt: 1,
      maxAttempts: 1,
      retry: { maxAttempts: 1 },
    })
  })

  test('a job may wait otherwise between its attempts, and the others go on as their definition says', async () => {
    const id = await aFailing({ backoff: { base: '5m', jitter: 'none' } })
    const other = await bench().enqueue()
    await bench().pass('1s')
    const { clock } = bench()
    expect(await bench().get(id)).toMatchObject({
      state: 'scheduled',
      retry: { backoff: { base: '5m', jitter: 'none' } },
      runAt: new Date(clock.now().getTime() + 299_000),
    })
    expect((await bench().get(other)).runAt.getTime()).toBeLessThanOrEqual(clock.now().getTime() + 10_000)
  })

  test('a job may have a timeout of its own', async () => {
    const { engine, work } = bench()
    const { handler, begun } = aListeningHandler()
    bench().handler = handler
    await engine.enqueue(work, {}, { tenantId: 'default', timeout: '5s' })
    await engine.start()
    const { signal } = await begun
    await bench().pass('4s')
    expect(signal.aborted).toBe(false)
    await bench().pass('1s')
    expect(signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_TIMEOUT' })
  })

  test('what a request said of retries outlives the archive: a job that is replayed is tried the same way', async () => {
    const own = { maxAttempts: 1, backoff: { base: '5m' }, timeout: '5s' } as const
    const kept = { maxAttempts: 1, retry: own }
    const [one, many] = [await aFailing(own), await aFailing(own)]
    await bench().pass('1s')
    await bench().engine.pauses.pause({ queue: 'default' }, { by: 'ada', reason: 'to look' })
    expect(await bench().get(one)).toMatchObject({ state: 'dead', ...kept })
    expect(await bench().engine.operator.retry('default', one)).toMatchObject({ state: 'waiting', ...kept })
    const done = bench().ended(({ name }) => name === 'jobs.apply-bulk')
    await bench().engine.operator.bulk('default', { action: 'retry', filter: {} })
    await done
    expect(await bench().get(many)).toMatchObject({ state: 'waiting', ...kept })
  })

  test('a newer request brings its own along, or none', async () => {
    const { engine, unique } = bench()
    const wish = { tenantId: 'default', onClash: 'replace' } as const
    const { id } = await engine.enqueue(unique, {}, { ...wish, timeout: '5s', maxAttempts: 9 })
    await engine.enqueue(unique, {}, { ...wish, backoff: { cap: '1m' } })
    expect(await bench().get(id)).toMatchObject({ maxAttempts: 3, retry: { backoff: { cap: '1m' } } })
    await engine.enqueue(unique, {}, wish)
    expect(await bench().get(id)).toMatchObject({ maxAttempts: 3, retry: null })
  })

  test('each of many, and each part of a flow, may have its own', async () => {
    const { engine, work } = bench()
    const wish = { name: work.name, payload: {}, tenantId: 'default' }
    const many = await engine.client.enqueueMany([
      { ...wish, timeout: '5s' },
      wish,
      { ...wish, maxAttempts: 7 },
    ])
    const flow = await engine.enqueueFlow({
      first: wish,
      second: { ...wish, after: ['first'], backoff: { base: '1m' } },
    })
    const views = await Promise.all([...many, flow.first, flow.second].map(({ id }) => bench().get(id)))
    expect(views.map(({ maxAttempts, retry }) => ({ maxAttempts, retry }))).toEqual([
      { maxAttempts: 3, retry: { timeout: '5s' } },
      { maxAttempts: 3, retry: null },
      { maxAttempts: 7, retry: { maxAttempts: 7 } },
      { maxAttempts: 3, retry: null },
      { maxAttempts: 3, retry: { backoff: { base: '1m' } } },
    ])
  })
})
