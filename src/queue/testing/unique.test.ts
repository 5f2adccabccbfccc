import { describe, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { request, type OnClash, type RequestOptions } from '../enqueue/request.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })
  const byDefault = { tenantId: 'default' } as const

  const enqueue = (options: Partial<RequestOptions> = {}) =>
    bench().engine.enqueue(bench().unique, { n: 1 }, { ...byDefault, ...options })

  test('a request kept off by an earlier one changes nothing and learns its id', async () => {
    const first = await enqueue({ priority: 3 })
    const second = await enqueue({ priority: 9, delay: '1h' })
    expect(first.isNew).toBe(true)
    expect(second).toEqual({ id: first.id, isNew: false })
    expect(await bench().get(first.id)).toMatchObject({ state: 'waiting', priority: 3 })
    expect(await bench().engine.operator.list('default', { limit: 10 })).toHaveLength(1)
  })

  test('jobs of other keys and other tenants stand beside it', async () => {
    const { engine, unique } = bench()
    const first = await enqueue()
    const others = [
      await engine.enqueue(unique, { n: 2 }, byDefault),
      await engine.enqueue(unique, { n: 1 }, { tenantId: 'another' }),
    ]
    expect(others.map(({ isNew }) => isNew)).toEqual([true, true])
    expect(new Set([first, ...others].map(({ id }) => id)).size).toBe(3)
  })

  test('a request that replaces gives the waiting job its own run time, priority and cause', async () => {
    const first = await enqueue({ priority: 3, actor: 'user:a' })
    const second = await enqueue({ priority: 9, actor: 'user:b', delay: '1h', onClash: 'replace' })
    expect(second).toEqual({ id: first.id, isNew: false })
    expect(await bench().get(first.id)).toMatchObject({
      state: 'scheduled',
      priority: 9,
      actor: 'user:b',
      runAt: new Date(bench().clock.now().getTime() + 3_600_000),
    })
  })

  test('debounced requests are one job, put off by each and run at the latest after the longest wait', async () => {
    const { clock } = bench()
    const start = clock.now().getTime()
    const onClash = { debounce: '30s', atMost: '5m' } as const
    const first = await enqueue({ onClash })
    clock.advance('20s')
    expect(await enqueue({ onClash })).toEqual({ id: first.id, isNew: false })
    expect((await bench().get(first.id)).runAt).toEqual(new Date(start + 50_000))
    clock.advance('4m')
    clock.advance('30s')
    await enqueue({ onClash })
    expect((await bench().get(first.id)).runAt).toEqual(new Date(start + 300_000))
  })

  test('a debounced request after the run begins a new wait', async () => {
    const onClash = { debounce: '30s', atMost: '5m' } as const
    const first = await enqueue({ onClash })
    await bench().engine.start()
    await bench().pass('30s')
    expect(await bench().get(first.id)).toMatchObject({ state: 'done' })
    const second = await enqueue({ onClash })
    expect(second.isNew).toBe(true)
    expect(await bench().get(second.id)).toMatchObject({
      state: 'scheduled',
      runAt: new Date(bench().clock.now().getTime() + 30_000),
    })
  })

  test.each<OnClash>(['keep', 'replace'])(
    'a debounced request does not put off what was asked for with %s, but brings it up to date',
    async (onClash) => {
      const debounce = { debounce: '30s', atMost: '5m' } as const
      const { id } = await enqueue({ onClash, actor: 'user:first' })
      const { runAt } = await bench().get(id)
      bench().clock.advance('20s')
      expect(await enqueue({ onClash: debounce, actor: 'user:last' })).toEqual({ id, isNew: false })
      expect(await bench().get(id)).toMatchObject({ state: 'waiting', runAt, actor: 'user:last' })
    },
  )

  test('a debounced request does not put off what was asked for at a time that lies ahead', async () => {
    const { id } = await enqueue({ delay: '10s' })
    const { runAt } = await bench().get(id)
    for (let requests = 0; requests < 2; requests += 1)
      await enqueue({ onClash: { debounce: '30s', atMost: '5m' } })
    expect(await bench().get(id)).toMatchObject({ state: 'scheduled', runAt })
  })

  test.each<OnClash>(['keep', { debounce: '1s', atMost: '2s' }])(
    'a retry of what was asked for with %j is a first request again once it meets a debounced one',
    async (onClash) => {
      const { clock, engine } = bench()
      bench().handler = async () => {
        throw new Error('carrier is down')
      }
      await engine.start()
      const failed = bench().ended()
      const { id } = await enqueue({ onClash })
      await bench().pass('1s')
      await failed
      expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 1 })

      const debounce = { debounce: '30s', atMost: '40s' } as const
      const startMs = clock.now().getTime()
      const inSeconds = (seconds: number) => new Date(startMs + seconds * 1_000)
      await enqueue({ onClash: debounce })
      expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 0, runAt: inSeconds(30) })
      clock.advance('5s')
      await enqueue({ onClash: debounce })
      expect(await bench().get(id)).toMatchObject({ runAt: inSeconds(35) })
      clock.advance('15s')
      await enqueue({ onClash: debounce })
      expect(await bench().get(id)).toMatchObject({ runAt: inSeconds(40) })
    },
  )

  describe('requests with one key in one batch are one job', () => {
    const cases: readonly { onClash: OnClash; kept: string }[] = [
      { onClash: 'keep', kept: 'user:first' },
      { onClash: 'replace', kept: 'user:last' },
      { onClash: { debounce: '30s', atMost: '5m' }, kept: 'user:last' },
    ]
    test.each(cases)('with $onClash: that of $kept', async ({ onClash, kept }) => {
      const { engine, unique } = bench()
      const wish = (n: number, actor: string) => request(unique, { n }, { ...byDefault, onClash, actor })
      const answers = await engine.client.enqueueMany([
        wish(1, 'user:first'),
        wish(2, 'user:beside'),
        wish(1, 'user:last'),
      ])
      const [first, beside, last] = answers.map(({ id }) => id)
      expect(first).toBe(last)
      expect(beside).not.toBe(first)
      expect(await bench().get(first ?? '')).toMatchObject({ actor: kept, payload: { n: 1 } })
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(2)
    })
  })

  test('triggers that arrive while one runs get one successor, which runs after it', async () => {
    const { engine } = bench()
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await engine.start()
    const running = await enqueue()
    await begun
    const successor = await enqueue()
    const again = await enqueue()
    expect(successor.isNew).toBe(true)
    expect(again).toEqual({ id: successor.id, isNew: false })
    bench().handler = async () => 'second'
    letGo('first')
    await bench().pass('1s')
    expect(await bench().get(running.id)).toMatchObject({ state: 'done', result: 'first' })
    expect(await bench().get(successor.id)).toMatchObject({ state: 'done', result: 'second' })
  })

  test('a retry that meets its successor ends cancelled, for the successor does its work', async () => {
    const { engine } = bench()
    let fail: ((error: Error) => void) | undefined
    const begun = new Promise<void>((resolve) => {
      bench().handler = () =>
        new Promise((_, reject) => {
          fail = reject
          resolve()
        })
    })
    await engine.start()
    const failing = await enqueue()
    await begun
    const successor = await enqueue({ delay: '1h' })
    const ended = bench().ended()
    fail?.(new Error('carrier is down'))
    expect(await ended).toMatchObject({ state: 'cancelled' })
    expect(await bench().get(failing.id)).toMatchObject({
      state: 'cancelled',
      error: { code: 'JOBS_CANCELLED', message: expect.stringMatching(/^superseded/) as string },
    })
    expect(await bench().get(successor.id)).toMatchObject({ state: 'scheduled' })
  })

  test('a retry that is replaced is a fresh request, with all its attempts', async () => {
    bench().handler = async () => {
      throw new Error('carrier is down')
    }
    await bench().engine.start()
    const failed = bench().ended()
    const { id } = await enqueue()
    await failed
    expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 1 })
    await enqueue({ onClash: 'replace', delay: '1h' })
    expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 0 })
  })

  test('many who ask at once for the same make one job', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => enqueue()))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1)
  })
})
