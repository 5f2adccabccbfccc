import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { request } from '../enqueue/request.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database, kind) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })
  const byDefault = { tenantId: 'default' } as const

  /** Runs everything that is due, one after another, and tells in which order. */
  async function runOrder(): Promise<(number | undefined)[]> {
    const order: (number | undefined)[] = []
    bench().handler = async ({ n }) => void order.push(n)
    await bench().engine.start()
    await bench().pass('0ms')
    return order
  }

  test('a job enqueued in a transaction that rolls back never existed', async () => {
    const { engine, database, work } = bench()
    const failing = database.transaction(async (tx) => {
      await engine.enqueue(work, {}, { ...byDefault, tx })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await engine.operator.list('default', { limit: 10 })).toEqual([])
  })

  test("an id that is another tenant's is refused, for nothing would be written", async () => {
    const { engine, work } = bench()
    const id = newId()
    await engine.enqueue(work, {}, { tenantId: 'other', id })
    await expect(engine.enqueue(work, {}, { ...byDefault, id })).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
      message: expect.stringContaining(id) as string,
    })
    expect(await engine.enqueue(work, {}, { tenantId: 'other', id })).toEqual({ id, isNew: false })
    expect(await engine.operator.list('default', { limit: 10 })).toEqual([])
  })

  test.runIf(kind === 'server')(
    'so many ids of their own at once do not fill the server with locks',
    async () => {
      const { engine, work } = bench()
      const wishes = Array.from({ length: 20_000 }, () => ({ ...request(work, {}, byDefault), id: newId() }))
      const answers = await engine.client.enqueueMany(wishes)
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(20_000)
      const again = await engine.client.enqueueMany(wishes.slice(0, 2_000))
      expect(again.filter(({ isNew }) => isNew)).toEqual([])
    },
  )

  test('a job enqueued in a transaction that commits is run after the commit', async () => {
    const { engine, database, work } = bench()
    await engine.start()
    const done = bench().ended()
    let committed = false
    bench().handler = async () => committed
    const { id } = await database.transaction(async (tx) => {
      const enqueued = await engine.enqueue(work, {}, { ...byDefault, tx })
      committed = true
      return enqueued
    })
    expect(await done).toMatchObject({ jobId: id, state: 'done' })
    expect(await bench().get(id)).toMatchObject({ result: true })
  })

  test('the answers to many requests come in their order, and so do the runs', async () => {
    const { engine, work } = bench()
    const answers = await engine.client.enqueueMany([3, 1, 2].map((n) => request(work, { n }, byDefault)))
    const payloads = await Promise.all(answers.map(async ({ id }) => (await bench().get(id)).payload))
    expect(payloads).toEqual([{ n: 3 }, { n: 1 }, { n: 2 }])
    expect(answers.every(({ isNew }) => isNew)).toBe(true)
    expect(await runOrder()).toEqual([3, 1, 2])
  })

  test.each([false, true])(
    'requests of one batch under the same id of their own are one job (in a transaction: %s)',
    async (inside) => {
      const { engine, database, work, unique } = bench()
      const id = '0190b5a0-0000-7000-8000-000000000001'
      const wishes = [
        request(work, { n: 1 }, { ...byDefault, id }),
        request(work, { n: 2 }, byDefault),
        request(work, { n: 3 }, { ...byDefault, id }),
        request(unique, { n: 4 }, { ...byDefault, id, onClash: 'replace' }),
      ]
      const enqueueMany = engine.client.enqueueMany.bind(engine.client)
      const answers = inside
        ? await database.transaction((tx) => enqueueMany(wishes, { tx }))
        : await enqueueMany(wishes)
      const again = { id, isNew: false }
      expect(answers).toMatchObject([{ id, isNew: true }, { isNew: true }, again, again])
      expect(await engine.operator.list('default', { limit: 10 })).toHaveLength(2)
      expect(await bench().get(id)).toMatchObject({ payload: { n: 1 } }) // the first one stands
      expect(await enqueueMany(wishes.slice(2))).toEqual([again, again])
    },
  )

  test('calls made at the same time under the same id of their own are one job', async () => {
    const { engine, work } = bench()
    const id = '0190b5a0-0000-7000-8000-000000000002'
    const wish = { ...byDefault, id }
    const answers = await Promise.all([0, 1, 2].map((n) => engine.enqueue(work, { n }, wish)))
    expect(answers).toEqual([true, false, false].map((isNew) => ({ id, isNew })))
  })

  test('of many requests none is written when one has a payload that does not fit', async () => {
    const { engine, work } = bench()
    const bad = { ...byDefault, name: work.name, payload: { n: 'text' } }
    await expect(engine.client.enqueueMany([request(work, { n: 1 }, byDefault), bad])).rejects.toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
    })
    expect(await engine.operator.list('default', { limit: 10 })).toEqual([])
  })

  test('of many requests none is written when the database fails half way through', async () => {
    const { engine, database, work, unique } = bench()
    database.failNext(/-- insert jobs[^]*ON CONFLICT \(tenant_id/)
    await expect(
      engine.client.enqueueMany([request(work, { n: 1 }, byDefault), request(unique, { n: 1 }, byDefault)]),
    ).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(database.hasFailedAsAsked).toBe(true)
    expect(await engine.operator.list('default', { limit: 10 })).toEqual([])
  })

  test('the more urgent run first, and equally urgent ones in the order they came', async () => {
    const { engine, work } = bench()
    const wishes = [
      { n: 1, priority: 5 },
      { n: 2, priority: -5 },
      { n: 3, priority: 0 },
      { n: 4, priority: -5 },
    ]
    await engine.client.enqueueMany(
      wishes.map(({ n, priority }) => request(work, { n }, { ...byDefault, priority })),
    )
    expect(await runOrder()).toEqual([2, 4, 3, 1])
  })

  test('a delayed job is scheduled and runs once its time has come, not before', async () => {
    const { engine, work } = bench()
    const { id } = await engine.enqueue(work, {}, { ...byDefault, delay: '30s' })
    expect(await bench().get(id)).toMatchObject({ state: 'scheduled' })
    await engine.start()
    await bench().pass('29s')
    expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 0 })
    await bench().pass('1s')
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
  })

  test('a job with a run time waits for that instant', async () => {
    const { engine, work, clock } = bench()
    const runAt = new Date(clock.now().getTime() + 3_600_000)
    const { id } = await engine.enqueue(work, {}, { ...byDefault, runAt })
    expect(await bench().get(id)).toMatchObject({ state: 'scheduled', runAt })
    await engine.start()
    await bench().pass('1h')
    expect(await bench().get(id)).toMatchObject({ state: 'done', claimedAt: clock.now() })
  })

  test('a job whose run time is past is due at once', async () => {
    const { engine, work, clock } = bench()
    const { id } = await engine.enqueue(work, {}, { ...byDefault, runAt: clock.ago('1h') })
    expect(await bench().get(id)).toMatchObject({ state: 'waiting' })
  })

  test('a job keeps who caused it and what it belongs to', async () => {
    const { engine, work } = bench()
    const cause = { actor: 'api-key:k1', correlationId: 'request-7' }
    const { id } = await engine.enqueue(work, {}, { ...byDefault, ...cause })
    expect(await bench().get(id)).toMatchObject(cause)
  })

  test('a job enqueued by an alias lies under the name of its definition', async () => {
    const { engine } = bench()
    const [enqueued] = await engine.client.enqueueMany([
      { ...byDefault, name: 'test.former-name', payload: {} },
    ])
    expect(await bench().get(enqueued?.id ?? '')).toMatchObject({ name: 'test.work' })
  })

  test('an engine that runs is rung by what it enqueues, with no time to go by', async () => {
    const { engine } = bench()
    await engine.start()
    await bench().pass('0ms')
    const done = bench().ended()
    await bench().enqueue()
    expect(await done).toMatchObject({ state: 'done' })
  })
})
