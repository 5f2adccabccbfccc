import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { snooze } from '../attempt/outcome.js'
import { RateMeter } from '../duty/rate-meter.js'
import { aJob } from './engine-fixture.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  const explain = (id: string) => bench().engine.operator.explain('default', id)

  /** Somebody else's worker that serves the queue `default` and does nothing. */
  const aWorker = () =>
    database().query(
      `INSERT INTO linehaul.worker (id, host, pid, queues, concurrency, started_at, heartbeat_at)
       VALUES (gen_random_uuid(), 'far-away', 7, '{default}', 1, $1, $1)`,
      [bench().clock.now()],
    )
  const pause = (part: { tenantId?: string; queue?: string; name?: string }) =>
    database().query(
      `INSERT INTO linehaul.pause (tenant_id, queue, name, paused_by, reason, paused_at) VALUES ($1, $2, $3, 'user:ada', 'the dock is closed', $4)`,
      [part.tenantId ?? '', part.queue ?? '', part.name ?? '', bench().clock.ago('2h')],
    )

  test('a job that is not due says when it is', async () => {
    const { engine, work, clock } = bench()
    await aWorker()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default', delay: '2h' })
    expect(await explain(id)).toMatchObject({
      jobId: id,
      state: 'scheduled',
      reason: 'delayed',
      sentence: 'It is due in 2 hours, as it was asked for.',
      estimatedStartAt: new Date(clock.now().getTime() + 7_200_000),
    })
  })

  test('a job that waits to be tried again says what failed, and one that snoozes that it wished to', async () => {
    bench().handler = async ({ n }) => {
      if (n === 1) return snooze('1h')
      throw new Error('carrier is down')
    }
    await bench().engine.start()
    const [failed, snoozed] = [await bench().enqueue(0), await bench().enqueue(1)]
    await bench().pass('1s')
    expect(await explain(failed)).toMatchObject({
      reason: 'retry',
      sentence: 'It is due in 9 seconds, to try again: attempt 1 of 3 failed with "carrier is down".',
    })
    expect(await explain(snoozed)).toMatchObject({ reason: 'snoozed' })
  })

  test.each([
    [{ queue: 'default' }, 'The queue default was paused 2 hours ago by user:ada: the dock is closed.'],
    [{ tenantId: 'default' }, 'The tenant default was paused'],
    [{ name: 'test.work' }, 'The definition test.work was paused'],
    [{ tenantId: 'default', queue: 'default' }, 'The queue default of tenant default was paused'],
  ])('a job that waits while %j is paused says by whom and why', async (part, sentence) => {
    const id = await bench().enqueue()
    await pause(part)
    await pause({ queue: 'other' })
    await pause({ tenantId: 'another' })
    expect(await explain(id)).toMatchObject({
      state: 'waiting',
      reason: 'paused',
      sentence: expect.stringContaining(sentence) as string,
      details: { pausedBy: 'user:ada', reason: 'the dock is closed' },
      estimatedStartAt: null,
    })
  })

  test('a job that is not due hears of the pause as well', async () => {
    const { engine, work } = bench()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default', delay: '2h' })
    await pause({ queue: 'default' })
    expect(await explain(id)).toMatchObject({
      reason: 'delayed',
      sentence: expect.stringContaining('Besides: the queue default was paused') as string,
      estimatedStartAt: null,
    })
  })

  test('a job of a queue that no live worker serves says so', async () => {
    const id = await bench().enqueue()
    expect(await explain(id)).toMatchObject({ reason: 'no-worker', estimatedStartAt: null })
    await aWorker()
    expect(await explain(id)).toMatchObject({ reason: 'in-line' })
    bench().clock.advance('16s')
    expect(await explain(id)).toMatchObject({ reason: 'no-worker' })
  })

  test('a job of a definition that is not known here says so', async () => {
    const id = await aJob(database(), { name: 'test.gone', state: 'waiting', at: bench().clock.now() })
    expect(await explain(id)).toMatchObject({ reason: 'unknown-definition', details: { name: 'test.gone' } })
  })

  test('the first in line starts with the next free slot', async () => {
    await aWorker()
    const id = await bench().enqueue()
    expect(await explain(id)).toMatchObject({
      reason: 'in-line',
      details: { behind: 0 },
      estimatedStartAt: bench().clock.now(),
    })
  })

  test('tenants are served in turn, so of others only as many are ahead as have their turn before', async () => {
    const { engine, work, clock } = bench()
    await aWorker()
    const enqueue = (tenantId: string, times: number) =>
      engine.client.enqueueMany(
        Array.from({ length: times }, () => ({ name: work.name, payload: {}, tenantId })),
      )
    await enqueue('a', 100)
    await enqueue('b', 2)
    await enqueue('default', 4)
    const { id } = await engine.enqueue(work, {}, { tenantId: 'default' })
    await engine.enqueue(work, {}, { tenantId: 'default', priority: -1 })
    await enqueue('default', 10)
    const meter = new RateMeter(database(), clock, engine.workerId, () => [])
    for (let n = 0; n < 20; n++) meter.count('default', 'done')
    clock.advance('10s')
    await meter.runOnce()
    // 5 of its own before it, 6 of a's, 2 of b's; 2 in a second
    expect(await explain(id)).toMatchObject({
      sentence:
        'It waits in the queue default behind 13 jobs, 5 of them of its own tenant. 2.0 of the queue end in a second, so it starts in about 7 seconds.',
      details: { behind: 13, ownAhead: 5, othersAhead: 8, perSecond: 2 },
      estimatedStartAt: new Date(clock.now().getTime() + 6_500),
    })
    clock.advance('1m')
    await aWorker()
    expect(await explain(id)).toMatchObject({ details: { perSecond: null }, estimatedStartAt: null })
  })

  test('rates of all workers add up, and a queue that rests keeps its rate and costs no statement', async () => {
    const { clock, engine } = bench()
    await aWorker()
    await bench().enqueue()
    const id = await bench().enqueue()
    const busy: { queue: string }[] = []
    const meters = ['', ''].map(() => new RateMeter(database(), clock, engine.workerId, () => busy))
    const other = new RateMeter(database(), clock, '01890a5d-ac96-774b-bcce-b302099a8057', () => [])
    for (const meter of [...meters.slice(1), other])
      for (let n = 0; n < 10; n++) meter.count('default', 'done')
    clock.advance('5s')
    for (const meter of [...meters.slice(1), other]) expect(await meter.runOnce()).toEqual({ measured: 1 })
    expect((await explain(id)).details).toMatchObject({ perSecond: 4 })
    clock.advance('5s')
    for (const meter of meters) expect(await meter.runOnce()).toEqual({ measured: 0 })
    busy.push({ queue: 'default' })
    clock.advance('5s')
    expect(await meters[1]?.runOnce()).toEqual({ measured: 1 })
    expect((await explain(id)).details['perSecond']).toBeLessThan(4)
  })

  test('attempts that gave their job back, or lost it, drain nothing', async () => {
    const { clock, engine } = bench()
    await aWorker()
    await bench().enqueue()
    const id = await bench().enqueue()
    const meter = new RateMeter(database(), clock, engine.workerId, () => [])
    for (const ended of ['done', 'released', 'released', 'lost'] as const)
      for (let n = 0; n < 10; n++) meter.count('default', ended)
    clock.advance('5s')
    await meter.runOnce()
    expect((await explain(id)).details).toMatchObject({ perSecond: 2 })
  })

  test('a suspect waits until it can run alone', async () => {
    await aWorker()
    const suspect = { name: 'test.work', state: 'waiting', at: bench().clock.now(), losses: 1 } as const
    const id = await aJob(database(), suspect)
    expect(await explain(id)).toMatchObject({ reason: 'in-line' })
    await aJob(database(), { ...suspect, state: 'running' })
    expect(await explain(id)).toMatchObject({
      reason: 'suspect',
      details: { suspects: 1 },
      sentence: expect.stringContaining('in a group of such jobs') as string,
    })
    const alone = await aJob(database(), { ...suspect, losses: 2 })
    expect((await explain(alone)).sentence).toMatch(
      /^2 workers died .* the only such one of a process, and 2 more that lost a worker are there\.$/,
    )
  })

  test('a running job says where and since when, and a finished one how it ended', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    const id = await bench().enqueue()
    await bench().engine.start()
    await begun
    bench().clock.advance('3s')
    expect(await explain(id)).toMatchObject({
      reason: 'running',
      sentence: expect.stringMatching(
        /^It has been running for 3 seconds on .*, process \d+: attempt 1 of 3\.$/,
      ) as string,
      estimatedStartAt: null,
    })
    const ended = bench().ended()
    letGo()
    await ended
    expect(await explain(id)).toMatchObject({ reason: 'done', sentence: 'It is done, with its attempt 1.' })
    const other = await bench().enqueue()
    await expect(bench().engine.operator.explain('another', other)).rejects.toMatchObject({
      code: 'JOBS_NOT_FOUND',
    })
  })
})
