import { expect, test } from 'vitest'
import { z } from 'zod'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { defineJob } from '../define-job.js'
import { COUNT_LIMIT } from '../store/count.js'
import type { JobFilter } from '../store/select-jobs.js'
import { eachTestHasAWorkbench } from './workbench.js'

const ship = defineJob<{ order: string }>({
  name: 'test.ship',
  queue: 'shipping',
  payload: z.object({ order: z.string() }),
  subject: ({ order }) => (order === '' ? undefined : `order:${order}`),
  run: async () => undefined,
})

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, {})
  const another = () => bench().anotherEngine({ jobs: [bench().work, ship] }).engine
  const list = async (filter: JobFilter) =>
    (await bench().engine.operator.list('default', { ...filter, limit: 10 })).map(({ id }) => id)

  test('a job is found by its subject, open and finished', async () => {
    const engine = another()
    const open = await engine.enqueue(ship, { order: 'A' }, { tenantId: 'default' })
    const ended = await engine.enqueue(ship, { order: 'A' }, { tenantId: 'default' })
    await engine.enqueue(ship, { order: 'B' }, { tenantId: 'default' })
    await engine.enqueue(ship, { order: 'A' }, { tenantId: 'another' })
    await engine.operator.cancel('default', ended.id, 'called off')
    expect(await list({ subject: 'order:A' })).toEqual([ended.id, open.id])
    expect(await bench().get(open.id)).toMatchObject({ subject: 'order:A' })
  })

  test('a request may name another subject than its definition does, and a definition none', async () => {
    const engine = another()
    const options = { tenantId: 'default', subject: 'customer:7' }
    const named = await engine.enqueue(ship, { order: 'A' }, options)
    const without = await engine.enqueue(ship, { order: '' }, { tenantId: 'default' })
    expect(await list({ subject: 'customer:7' })).toEqual([named.id])
    expect(await bench().get(without.id)).toMatchObject({ subject: null })
  })

  test('jobs are found by when they were created', async () => {
    const { clock } = bench()
    const first = await bench().enqueue()
    await bench().engine.operator.cancel('default', first, 'called off')
    clock.advance('1h')
    const at = clock.now()
    const second = await bench().enqueue()
    clock.advance('1h')
    const third = await bench().enqueue()
    expect(await list({ createdFrom: at })).toEqual([third, second])
    expect(await list({ createdUntil: at })).toEqual([first])
    expect(await list({ createdFrom: at, createdUntil: clock.now() })).toEqual([second])
  })

  test('finished jobs of many definitions come in one order, page by page', async () => {
    const engine = another()
    const ids: string[] = []
    for (let n = 0; n < 6; n++) {
      const name = n % 2 ? 'test.ship' : 'test.work'
      const wish = { name, payload: n % 2 ? { order: 'A' } : {}, tenantId: 'default' }
      const [{ id } = { id: '' }] = await engine.client.enqueueMany([wish])
      await engine.operator.cancel('default', id, 'called off')
      ids.unshift(id)
    }
    const { operator } = engine
    const pages = []
    for (let after: string | undefined; pages.length < 3; after = pages.at(-1)?.at(-1)?.id)
      pages.push(await operator.list('default', { limit: 2, after }))
    expect(pages.flat().map(({ id }) => id)).toEqual(ids)
    expect((await operator.list('default', { queue: 'shipping', limit: 9 })).length).toBe(3)
    expect((await operator.list('default', { name: 'test.work', queue: 'shipping', limit: 9 })).length).toBe(
      0,
    )
  })

  test('jobs from before a renaming are found under each name, and none of another queue', async () => {
    const engine = another()
    const enqueue = async (on: typeof engine, name: string) => {
      const wish = { name, payload: { order: 'A' }, tenantId: 'default' }
      const [{ id } = { id: '' }] = await on.client.enqueueMany([wish])
      return id
    }
    const open = await enqueue(engine, 'test.ship')
    const ended = await enqueue(engine, 'test.ship')
    await engine.operator.cancel('default', ended, 'called off')
    const send = { ...ship, name: 'test.send' as const, aliases: ['test.ship'] }
    const renamed = bench().anotherEngine({ jobs: [bench().work, send] }).engine
    const latest = await enqueue(renamed, 'test.send')
    await renamed.operator.cancel('default', latest, 'called off')
    const found = async (filter: JobFilter) =>
      (await renamed.operator.list('default', { ...filter, limit: 10 })).map(({ id }) => id)
    for (const name of ['test.ship', 'test.send']) {
      expect(await found({ name })).toEqual([latest, ended, open])
      expect(await found({ name, queue: 'shipping', state: 'cancelled' })).toEqual([latest, ended])
      expect(await found({ name, queue: 'shipping' })).toEqual([latest, ended, open])
      expect(await found({ name, queue: 'default' })).toEqual([])
    }
    const retry = { action: 'retry', filter: { name: 'test.ship', state: 'cancelled' } } as const
    expect(await renamed.operator.bulk('default', { ...retry, dryRun: true })).toMatchObject({ count: 2 })
  })

  test('a page is whole however many jobs of others have finished since, and open ones stand in between', async () => {
    const { engine, clock } = bench()
    const oldest = await bench().enqueue()
    await engine.operator.cancel('default', oldest, 'called off')
    const open = await bench().enqueue()
    const ended = await bench().enqueue()
    await engine.operator.cancel('default', ended, 'called off')
    const page = async (limit: number) =>
      (await engine.operator.list('default', { limit })).map(({ id }) => id)
    expect(await page(1)).toEqual([ended])
    expect(await page(2)).toEqual([ended, open])
    await database().query(
      `INSERT INTO linehaul.job_archive (id, tenant_id, queue, name, payload, state, priority, run_at, created_at,
         attempt, max_attempts, losses, finished_at, expires_on)
       SELECT ('ffffffff' || right(gen_random_uuid()::text, 28))::uuid, 'another', 'default', 'test.work', '{}', 'done', 0,
              at, at, 1, 1, 0, at, at::date + 7
       FROM generate_series(1, 40), (SELECT $1::timestamptz AS at) AS clock`,
      [clock.now()],
    )
    expect(await page(3)).toEqual([ended, open, oldest])
    expect(await list({ name: 'test.work' })).toEqual([ended, open, oldest])
    expect(await list({ queue: 'default' })).toEqual([ended, open, oldest])
  })

  test("a search by time may trust the ids only where the clock is the machine's", async () => {
    const id = await bench().enqueue()
    const createdFrom = new Date(Date.now() + 7_200_000)
    expect(await list({ createdFrom: new Date(0) })).toEqual([id])
    expect(await list({ createdFrom })).toEqual([])
  })

  test('a count beyond ten thousand stops there and says so', async () => {
    const { clock, engine } = bench()
    await database().query(
      `INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts)
       SELECT gen_random_uuid(), 'default', 'default', 'test.work', '{}', 'waiting', 0, $1, $1, 1
       FROM generate_series(1, $2)`,
      [clock.now(), COUNT_LIMIT + 1],
    )
    expect(await engine.operator.queues('default')).toMatchObject([
      { waiting: 10_000, running: 0, atLeast: ['waiting'], oldestWaitingAt: clock.now() },
    ])
    expect(await engine.operator.count('default', { state: 'waiting' })).toEqual({
      count: 10_000,
      isAtLeast: true,
    })
    expect(await engine.operator.count('default', { state: 'dead' })).toEqual({ count: 0, isAtLeast: false })
  })

  test('the job that has waited longest is found whatever its priority', async () => {
    const { engine, work, clock } = bench()
    const since = clock.now()
    await engine.enqueue(work, {}, { tenantId: 'default', priority: 5 })
    clock.advance('1m')
    await engine.enqueue(work, {}, { tenantId: 'default', priority: -5 })
    expect(await engine.operator.queues('default')).toMatchObject([{ waiting: 2, oldestWaitingAt: since }])
  })

  test('a queue that no definition names any more is counted as long as it holds jobs', async () => {
    await another().enqueue(ship, { order: 'A' }, { tenantId: 'default', delay: '1h' })
    await another().enqueue(ship, { order: 'A' }, { tenantId: 'another' })
    const counts = await bench().engine.operator.queues('default')
    expect(counts).toMatchObject([{ queue: 'default' }, { queue: 'shipping', scheduled: 1, waiting: 0 }])
  })
})
