import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { NO_JOBS } from '../store/count.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)

  const retry = (id: string) => bench().engine.operator.retry('default', id)

  async function aDeadJob(n?: number): Promise<string> {
    bench().handler = async () => {
      throw new Error('carrier is down')
    }
    const id = await bench().enqueue(n)
    await bench().engine.start()
    for (let attempt = 0; attempt < 3; attempt++) await bench().pass('20s')
    expect(await bench().get(id)).toMatchObject({ state: 'dead', attempt: 3 })
    return id
  }

  test('a dead job that is retried starts anew with all its attempts and keeps its history', async () => {
    const id = await aDeadJob()
    bench().handler = async () => 'works now'
    const done = bench().ended()
    await retry(id)
    expect(await done).toMatchObject({ jobId: id, attempt: 1 })
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 'works now', error: null })
    expect((await bench().get(id)).attempts.map(({ ended }) => ended)).toEqual([
      'failed',
      'failed',
      'dead',
      'done',
    ])
  })

  test('a cancelled job that is retried runs', async () => {
    const id = await bench().enqueue()
    await bench().engine.operator.cancel('default', id, 'changed my mind')
    expect(await retry(id)).toMatchObject({ state: 'waiting', finishedAt: null, error: null })
    await bench().engine.start()
    await bench().pass('0ms')
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
  })

  test('a scheduled job that is retried is due now', async () => {
    const { engine, work, clock } = bench()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default', delay: '1h' })
    expect(await retry(id)).toMatchObject({ state: 'waiting', runAt: clock.now() })
  })

  test('a job that is done is not run again', async () => {
    await bench().engine.start()
    const done = bench().ended()
    const id = await bench().enqueue()
    await done
    await expect(retry(id)).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
  })

  test('a job that waits, or runs, has no need of a retry', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    const id = await bench().enqueue()
    await expect(retry(id)).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    await bench().engine.start()
    await begun
    await expect(retry(id)).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    letGo()
  })

  test('a cancelled job is not retried while a newer one stands under its unique key', async () => {
    const { engine, unique } = bench()
    const older = await engine.enqueue(unique, { n: 1 }, { tenantId: 'default' })
    await engine.operator.cancel('default', older.id, 'changed my mind')
    const newer = await engine.enqueue(unique, { n: 1 }, { tenantId: 'default' })
    await expect(retry(older.id)).rejects.toMatchObject({ code: 'JOBS_ILLEGAL_MOVE' })
    expect(await bench().get(older.id)).toMatchObject({ state: 'cancelled' })
    expect(await bench().get(newer.id)).toMatchObject({ state: 'waiting' })
  })

  test('what is no job id is not found', async () => {
    await expect(bench().get('nonsense')).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' })
    await expect(bench().get('01890000-0000-7000-8000-000000000000')).rejects.toMatchObject({
      code: 'JOBS_NOT_FOUND',
    })
  })

  test('another tenant can neither see nor cancel nor retry a job', async () => {
    const { operator } = bench().engine
    const id = await bench().enqueue()
    const notFound = { code: 'JOBS_NOT_FOUND' }
    await expect(operator.get('another', id)).rejects.toMatchObject(notFound)
    await expect(operator.cancel('another', id, 'mine')).rejects.toMatchObject(notFound)
    expect(await operator.list('another', { limit: 10 })).toEqual([])
    expect(await bench().get(id)).toMatchObject({ state: 'waiting' })
    await operator.cancel('default', id, 'changed my mind')
    await expect(operator.retry('another', id)).rejects.toMatchObject(notFound)
    await expect(operator.get('another', id)).rejects.toMatchObject(notFound)
    expect(await operator.list('another', { limit: 10 })).toEqual([])
    expect(await bench().get(id)).toMatchObject({ state: 'cancelled' })
  })

  test('jobs are listed newest first, open and finished alike, page by page', async () => {
    const { operator } = bench().engine
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.unshift(await bench().enqueue(n))
    for (const id of [ids[1], ids[3]]) await operator.cancel('default', id ?? '', 'changed my mind')
    const first = await operator.list('default', { limit: 3 })
    const second = await operator.list('default', { limit: 3, after: first.at(-1)?.id ?? '' })
    expect([...first, ...second].map(({ id }) => id)).toEqual(ids)
  })

  test('a list can be narrowed to a state, a name and a queue', async () => {
    const { engine, unique } = bench()
    const waiting = await bench().enqueue()
    const cancelled = await engine.enqueue(unique, {}, { tenantId: 'default' })
    await engine.operator.cancel('default', cancelled.id, 'changed my mind')
    const list = async (filter: object) =>
      (await engine.operator.list('default', { ...filter, limit: 10 })).map(({ id }) => id)
    expect(await list({ state: 'cancelled' })).toEqual([cancelled.id])
    expect(await list({ name: 'test.work' })).toEqual([waiting])
    expect(await list({ queue: 'default' })).toEqual([cancelled.id, waiting])
    expect(await list({ queue: 'other' })).toEqual([])
  })

  test('queues are counted for each tenant, those without a job as well', async () => {
    const { engine, work, clock } = bench()
    const counts = { scheduled: 0, blocked: 0, held: 0, waiting: 0, running: 0, dead: 0 }
    const none = { queue: 'default', ...counts, atLeast: [], oldestWaitingAt: null, paused: null }
    expect(await engine.operator.queues('default')).toEqual([none])
    const since = clock.now()
    await bench().enqueue()
    clock.advance('1m')
    await bench().enqueue()
    await engine.enqueue(work, {}, { tenantId: 'default', delay: '1h' })
    expect(await engine.operator.queues('default')).toEqual([
      { ...none, scheduled: 1, waiting: 2, oldestWaitingAt: since },
    ])
    expect(await engine.operator.queues('another')).toEqual([none])
  })

  test('the dead of a queue are counted, for they are its dead-letter queue', async () => {
    await aDeadJob()
    expect(await bench().engine.operator.queues('default')).toMatchObject([{ waiting: 0, dead: 1 }])
  })
})
