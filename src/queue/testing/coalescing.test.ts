import { AsyncLocalStorage } from 'node:async_hooks'

import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { request } from '../enqueue/request.js'
import { eachTestHasAWorkbench } from './workbench.js'

/** As a caller that has nothing to do with what goes on here. */
const outside = AsyncLocalStorage.snapshot()

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  const byDefault = { tenantId: 'default' } as const

  test('requests made at the same time are written together, each with an answer of its own', async () => {
    const { engine, work } = bench()
    const answers = await Promise.all([1, 2, 3].map((n) => engine.enqueue(work, { n }, byDefault)))
    const jobs = await Promise.all(answers.map(({ id }) => bench().get(id)))
    expect(jobs.map(({ payload }) => payload)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(new Set(jobs.map(({ createdAt }) => createdAt.getTime())).size).toBe(1)
  })

  test('requests for the same made at the same time are one job, and one of them made it', async () => {
    const { engine, unique } = bench()
    const answers = await Promise.all([1, 1, 1].map((n) => engine.enqueue(unique, { n }, byDefault)))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1)
  })

  test('one with a payload that does not fit does not take the others with it', async () => {
    const { engine, work } = bench()
    const answers = await Promise.allSettled([
      engine.enqueue(work, { n: 1 }, byDefault),
      engine.enqueue(work, { n: 'no number' as never }, byDefault),
      engine.enqueue(work, { n: 3 }, byDefault),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('while the database is away all of them are told so, and may ask again', async () => {
    const { engine, database, work } = bench()
    database.failNext(/^\s*-- insert jobs/)
    const answers = await Promise.allSettled([1, 2].map((n) => engine.enqueue(work, { n }, byDefault)))
    for (const answer of answers)
      expect(answer).toMatchObject({ reason: { code: 'DATABASE_UNAVAILABLE', retryable: true } })
    expect(await engine.enqueue(work, {}, byDefault)).toMatchObject({ isNew: true })
  })

  test('a request asked again under its own id, because the answer was lost, is the same job', async () => {
    const { engine, database, work } = bench()
    const wish = { ...byDefault, id: newId() }
    database.failNext(/^COMMIT$/, undefined, { after: true })
    await expect(engine.enqueue(work, {}, wish)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await engine.enqueue(work, {}, wish)).toEqual({ id: wish.id, isNew: false })
    expect(await engine.operator.list('default', { limit: 10 })).toHaveLength(1)
  })

  test('a request asked again after its job has finished is the same job, too', async () => {
    const { engine, work } = bench()
    const wish = { ...byDefault, id: newId() }
    await engine.start()
    const done = bench().ended()
    await engine.enqueue(work, {}, wish)
    await done
    expect(await engine.enqueue(work, {}, wish)).toEqual({ id: wish.id, isNew: false })
    expect(await bench().get(wish.id)).toMatchObject({ state: 'done' })
  })

  test('one that was asked for before does not answer for others with its unique key', async () => {
    const { engine, unique } = bench()
    const wish = { ...byDefault, id: newId() }
    await engine.start()
    const done = bench().ended()
    await engine.enqueue(unique, { n: 1 }, wish)
    await done
    const [again, other] = await engine.client.enqueueMany([
      request(unique, { n: 1 }, wish),
      request(unique, { n: 1 }, byDefault),
    ])
    expect(again).toEqual({ id: wish.id, isNew: false })
    expect(other).toMatchObject({ isNew: true })
    expect(await bench().get(other?.id ?? '')).toMatchObject({ payload: { n: 1 } })
  })

  test('one inside a transaction that forgets to hand it over is refused, and takes no other with it', async () => {
    const { engine, database, work } = bench()
    let other: Promise<unknown> = Promise.resolve()
    const forgetful = database.transaction(async (tx) => {
      await tx.query('SELECT 1')
      other = outside(() => engine.enqueue(work, { n: 2 }, byDefault))
      await engine.enqueue(work, { n: 1 }, byDefault)
    })
    await expect(forgetful).rejects.toMatchObject({ code: 'DATABASE_NESTED' })
    expect(await other).toMatchObject({ isNew: true })
    expect(await engine.operator.list('default', { limit: 10 })).toMatchObject([{ payload: { n: 2 } }])
  })

  test('many requests in one call may be more than one statement takes', async () => {
    const { engine, work } = bench()
    const wishes = Array.from({ length: 4_500 }, (_, n) => ({
      ...byDefault,
      name: work.name,
      payload: { n },
    }))
    const answers = await engine.client.enqueueMany(wishes)
    expect(answers).toHaveLength(4_500)
    expect((await bench().get(answers[4_499]?.id ?? '')).payload).toEqual({ n: 4_499 })
  })

  test.each([
    ['an id that is no UUID', { id: 'job-1' }, /UUID/],
    ['a subject that is not kind:id', { subject: 'SO-1042' }, /kind:id/],
  ])('%s is refused', async (_, options, reason) => {
    const { engine, work } = bench()
    await expect(engine.enqueue(work, {}, { ...byDefault, ...options })).rejects.toThrow(reason)
  })
})
