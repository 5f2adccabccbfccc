import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import type { BulkRequest } from '../operate/bulk.js'
import { aJob } from './engine-fixture.js'
import { aListeningHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { queues: { default: {}, urgent: {} } } })
  const ask = (request: BulkRequest) => bench().engine.operator.bulk('default', request)
  const count = async (state: string, queue = 'default') =>
    (
      await database().query(
        `SELECT FROM linehaul.job WHERE state = $1 AND queue = $2 UNION ALL
         SELECT FROM linehaul.job_archive WHERE state = $1 AND queue = $2`,
        [state, queue],
      )
    ).length

  /** Has the engine do it. @returns what it says about it */
  async function apply(request: BulkRequest): Promise<unknown> {
    const done = bench().ended(({ name }) => name === 'jobs.apply-bulk')
    const { jobId } = await ask(request)
    await bench().engine.start()
    expect(await done).toMatchObject({ jobId, state: 'done' })
    return (await bench().get(jobId ?? '')).result
  }

  const paused = () =>
    database().query(
      `INSERT INTO linehaul.pause (queue, paused_by, reason, paused_at) VALUES ('default', 'user:ada', 'test', now()), ('urgent', 'user:ada', 'test', now())`,
    )

  async function enqueue(times: number, tenantId = 'default'): Promise<readonly string[]> {
    const wish = { name: 'test.work', payload: {}, tenantId }
    const made = await bench().engine.client.enqueueMany(Array.from({ length: times }, () => wish))
    return made.map(({ id }) => id)
  }

  test('a dry run counts and changes nothing', async () => {
    await enqueue(3)
    expect(await ask({ action: 'cancel', filter: {}, dryRun: true })).toEqual({
      count: 3,
      isAtLeast: false,
      jobId: null,
    })
    expect(await count('waiting')).toBe(3)
  })

  test("more jobs than one batch holds are cancelled, and no other tenant's", async () => {
    await paused()
    await enqueue(1_201)
    await enqueue(2, 'another')
    expect(await ask({ action: 'cancel', filter: {}, dryRun: true })).toMatchObject({ count: 1_201 })
    expect(await apply({ action: 'cancel', filter: { queue: 'default' }, reason: 'wrong price' })).toEqual({
      matched: 1_201,
      changed: 1_201,
      skipped: 0,
    })
    expect(await count('cancelled')).toBe(1_201)
    expect(await count('waiting')).toBe(2)
    const [job] = await bench().engine.operator.list('default', { state: 'cancelled', limit: 1 })
    expect(job?.error).toEqual({ code: 'JOBS_CANCELLED', message: 'wrong price' })
  })

  test('a running job is told to stop', async () => {
    const { handler, begun } = aListeningHandler()
    bench().handler = handler
    const [id = ''] = await enqueue(1)
    await bench().engine.start()
    await begun
    const ended = bench().ended(({ jobId }) => jobId === id)
    expect(await apply({ action: 'cancel', filter: { state: 'running' } })).toEqual({
      matched: 1,
      changed: 1,
      skipped: 0,
    })
    await bench().pass('1s')
    expect(await ended).toMatchObject({ state: 'cancelled' })
  })

  test('the dead are retried, once each, though they die again meanwhile', async () => {
    bench().handler = async () => {
      throw new Error('carrier is down')
    }
    const ids = await enqueue(3)
    await bench().engine.start()
    for (let attempt = 0; attempt < 3; attempt++) await bench().pass('20s')
    expect(await count('dead')).toBe(3)
    bench().clock.advance('1s')
    expect(await apply({ action: 'retry', filter: {} })).toEqual({ matched: 3, changed: 3, skipped: 0 })
    for (let attempt = 0; attempt < 3; attempt++) await bench().pass('20s')
    expect((await bench().get(ids[0] ?? '')).attempts).toHaveLength(6)
  })

  test('a retry leaves out what has a newer one in its place, and takes the newest of several', async () => {
    await paused()
    const { engine, unique } = bench()
    const ids: string[] = []
    for (const n of [1, 1, 2]) {
      const { id } = await engine.enqueue(unique, { n }, { tenantId: 'default' })
      await engine.operator.cancel('default', id, 'called off')
      ids.push(id)
    }
    await engine.enqueue(unique, { n: 2 }, { tenantId: 'default' })
    expect(await apply({ action: 'retry', filter: { state: 'cancelled' } })).toEqual({
      matched: 3,
      changed: 1,
      skipped: 2,
    })
    expect(await bench().get(ids[1] ?? '')).toMatchObject({ state: 'waiting', attempt: 0 })
  })

  test('scheduled jobs are due now', async () => {
    await paused()
    const { engine, work } = bench()
    await engine.enqueue(work, {}, { tenantId: 'default', delay: '1h' })
    expect(await apply({ action: 'retry', filter: { state: 'scheduled' } })).toMatchObject({ changed: 1 })
    expect(await count('waiting')).toBe(1)
  })

  test('finished jobs are deleted, open ones and those of the engine are not', async () => {
    await paused()
    const [first = ''] = await enqueue(2)
    await bench().engine.operator.cancel('default', first, 'called off')
    expect(await apply({ action: 'delete', filter: {} })).toEqual({ matched: 1, changed: 1, skipped: 0 })
    await expect(bench().get(first)).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' })
    expect(await count('waiting')).toBe(1)
    expect(await apply({ action: 'delete', filter: { name: 'jobs.apply-bulk' } })).toMatchObject({
      matched: 0,
    })
  })

  test('jobs are moved to another queue, and those that are there already do not count', async () => {
    await paused()
    await enqueue(2)
    await aJob(database(), { name: 'test.work', state: 'waiting', at: bench().clock.now(), queue: 'urgent' })
    expect(await apply({ action: 'move', filter: {}, to: 'urgent' })).toEqual({
      matched: 2,
      changed: 2,
      skipped: 0,
    })
    expect(await count('waiting', 'urgent')).toBe(3)
  })

  test('jobs that come after it was asked for are left alone', async () => {
    await paused()
    await enqueue(1)
    const { jobId } = await ask({ action: 'cancel', filter: {} })
    bench().clock.advance('1s')
    await enqueue(1)
    const done = bench().ended(({ jobId: id }) => id === jobId)
    await bench().engine.start()
    await done
    expect(await count('waiting')).toBe(1)
  })

  test('one whose worker died in the middle is simply begun again', async () => {
    await paused()
    await enqueue(700)
    const { jobId } = await ask({ action: 'cancel', filter: {} })
    bench().database.failNext(/^\s*-- cancel many/, new Error('the connection broke'), { after: true })
    const failed = bench().ended(({ jobId: id }) => id === jobId)
    await bench().engine.start()
    expect(await failed).toMatchObject({ state: 'scheduled' })
    expect(await count('cancelled')).toBe(500)
    const done = bench().ended(({ jobId: id }) => id === jobId)
    await bench().pass('1m')
    expect(await done).toMatchObject({ state: 'done' })
    expect(await count('cancelled')).toBe(700)
  })

  test('of chosen jobs only those in one of the chosen states are meant', async () => {
    await paused()
    const [first = '', second = ''] = await enqueue(3)
    const chosen = { ids: [first, second], states: ['waiting', 'held'] } as const
    expect(
      await ask({ action: 'cancel', filter: { ...chosen, states: ['held'] }, dryRun: true }),
    ).toMatchObject({
      count: 0,
    })
    expect(await apply({ action: 'cancel', filter: chosen })).toMatchObject({ changed: 2 })
    expect(await count('waiting')).toBe(1)
  })

  test.each<[BulkRequest, string, RegExp]>([
    [{ action: 'move', filter: {}, to: 'urgnt' }, 'JOBS_UNKNOWN_QUEUE', /Did you mean "urgent"/],
    [{ action: 'move', filter: {} }, 'JOBS_INVALID_OPTION', /queue to move to/],
    [{ action: 'cancel', filter: {}, to: 'urgent' }, 'JOBS_INVALID_OPTION', /only for move/],
    [{ action: 'delete', filter: { state: 'waiting' } }, 'JOBS_INVALID_OPTION', /cancel open jobs first/],
    [{ action: 'delete', filter: { states: ['done', 'held'] } }, 'JOBS_INVALID_OPTION', /is held/],
    [{ action: 'cancel', filter: { ids: ['first'] } }, 'JOBS_INVALID_OPTION', /no UUID/],
    [{ action: 'retry', filter: { state: 'done' } }, 'JOBS_INVALID_OPTION', /dead, cancelled, scheduled/],
  ])('%j is refused', async (request, code, message) => {
    await expect(ask(request)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  })

  test('names that begin as those of the engine are refused', () => {
    const job = { ...bench().work, name: 'jobs.my-own' as const, aliases: [] }
    expect(() => bench().anotherEngine({ jobs: [job] })).toThrow(/jobs\.my-own.*engine's own/)
  })
})
