import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { PermanentError } from '../errors.js'
import { snooze, waitFor } from '../attempt/outcome.js'
import { request } from '../enqueue/request.js'
import type { AwaitedJob } from '../store/awaited.js'
import { aDeafHandler, eachTestHasAWorkbench, type Handler } from './workbench.js'

const options = { tenantId: 'default' }

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })
  const child = (n: number) => request(bench().work, { n }, options)
  const idle = () => bench().database.idle()
  const count = async () => (await bench().engine.operator.list('default', { limit: 100 })).length

  /** Job 0 asks for children on its first run, and on the next hands on what it sees of them. */
  function parentOf(
    children: () => Parameters<typeof waitFor>[0],
    run: Handler = async ({ n }) => n,
  ): Handler {
    return async (payload, attempt) => {
      if (payload.n !== 0) return run(payload, attempt)
      const awaited = await attempt.awaited()
      return awaited.length === 0
        ? waitFor(children())
        : { sees: awaited.map(({ state, result }) => [state, result as number]) }
    }
  }

  test('a job waits for its children without a slot or an attempt, and sees their results in order', async () => {
    bench().handler = parentOf(() => [child(1), child(2), child(3)])
    await bench().engine.start()
    const blocked = bench().ended()
    const id = await bench().enqueue(0)
    expect(await blocked).toMatchObject({ jobId: id, state: 'blocked' })
    await idle() // the one slot was free for the children
    const sees = { sees: [1, 2, 3].map((n) => ['done', n]) }
    expect(await bench().get(id)).toMatchObject({ state: 'done', attempt: 1, result: sees })
    expect((await bench().get(id)).attempts.map(({ number, ended }) => `${number} ${ended}`)).toEqual([
      '1 blocked',
      '1 done',
    ])
  })

  test('it runs again whatever became of its children', async () => {
    bench().handler = parentOf(
      () => [child(1), child(2)],
      async ({ n }) => (n === 1 ? Promise.reject(new PermanentError('no such store')) : 'ok'),
    )
    await bench().engine.start()
    const id = await bench().enqueue(0)
    await idle()
    expect((await bench().get(id)).result).toEqual({
      sees: [
        ['dead', null],
        ['done', 'ok'],
      ],
    })
  })

  test('children carry on what their parent is part of, unless they say otherwise', async () => {
    const { engine, work } = bench()
    bench().handler = parentOf(() => [child(1), { ...child(2), actor: 'user:7', correlationId: 'other' }])
    const parent = await engine.enqueue(work, { n: 0 }, { ...options, correlationId: 'order:SO-1042' })
    await engine.start()
    await idle()
    const jobs = await engine.operator.list('default', { limit: 10 })
    expect(jobs.map(({ actor, correlationId }) => [actor, correlationId])).toEqual([
      ['user:7', 'other'],
      [`job:${parent.id}`, 'order:SO-1042'],
      [null, 'order:SO-1042'],
    ])
  })

  test('it may wait for jobs that are there already, open, finished or gone', async () => {
    const { engine } = bench()
    const done = await bench().enqueue(1)
    await engine.start()
    await idle()
    const open = await engine.enqueue(bench().work, { n: 2 }, { ...options, delay: '1h' })
    const theirs = await engine.enqueue(bench().work, { n: 3 }, { tenantId: 'other', delay: '2h' })
    bench().handler = parentOf(() => [open.id, done, newId(), theirs.id, open.id])
    const id = await bench().enqueue(0)
    await idle()
    expect((await bench().get(id)).state).toBe('blocked')
    await bench().pass('1h')
    expect(await bench().get(id)).toMatchObject({
      state: 'done',
      result: {
        sees: [
          ['done', 2],
          ['done', null],
          ['gone', null],
          ['gone', null],
        ],
      },
    })
  })

  test('a job that waits only for what is over runs again at once', async () => {
    const done = await bench().enqueue(1)
    await bench().engine.start()
    await idle()
    bench().handler = parentOf(() => [done])
    const id = await bench().enqueue(0)
    await idle()
    expect(await bench().get(id)).toMatchObject({ state: 'done', attempt: 1 })
  })

  test('it may wait again and again, and sees all that it ever waited for', async () => {
    const sizes: number[] = []
    bench().handler = async ({ n }, attempt) => {
      if (n !== 0) return n
      const awaited = await attempt.awaited()
      sizes.push(awaited.length)
      return awaited.length < 3
        ? waitFor([child(awaited.length + 1)])
        : awaited.map(({ result }) => result as number)
    }
    await bench().engine.start()
    const id = await bench().enqueue(0)
    await idle()
    expect(sizes).toEqual([0, 1, 2, 3])
    expect(await bench().get(id)).toMatchObject({ state: 'done', attempt: 1, result: [1, 2, 3] })
  })

  test('a retry after the children ended sees them, and asks for none a second time', async () => {
    let failures = 0
    bench().handler = async ({ n }, attempt) => {
      if (n !== 0) return n
      const awaited = await attempt.awaited()
      if (awaited.length === 0) return waitFor([child(1)])
      if (failures++ === 0) throw new Error('carrier is down')
      return awaited.length
    }
    await bench().engine.start()
    const id = await bench().enqueue(0)
    await idle()
    await bench().pass('10s')
    expect(await bench().get(id)).toMatchObject({ state: 'done', attempt: 2, result: 1 })
    expect(await count()).toBe(2)
  })

  test('nothing to wait for, a child of another tenant and a child that does not fit fail the attempt', async () => {
    const { engine, work } = bench()
    const wishes = [
      () => waitFor([]),
      () => waitFor(['analyze']),
      () => waitFor([request(work, {}, { tenantId: 'other' })]),
      () => waitFor([{ ...options, name: 'test.work', payload: { n: 'one' } }]),
      () => waitFor([{ ...options, name: 'test.wrok', payload: {} }]),
    ]
    bench().handler = async ({ n = 0 }) => wishes[n]?.()
    await engine.start()
    for (const [n, code] of [
      'JOBS_INVALID_OPTION',
      'JOBS_INVALID_OPTION',
      'JOBS_FLOW_MANY_TENANTS',
      'JOBS_INVALID_PAYLOAD',
      'JOBS_UNKNOWN_DEFINITION',
    ].entries()) {
      const ended = bench().ended()
      const id = await bench().enqueue(n)
      expect(await ended).toMatchObject({ state: 'scheduled' })
      expect((await bench().get(id)).attempts).toMatchObject([{ ended: 'failed', error: { code } }])
    }
    expect(await count()).toBe(wishes.length)
  })

  test("another tenant's job is none that can be waited for: nothing of it is seen, not even its name", async () => {
    const { engine, work } = bench()
    bench().handler = parentOf(() => [foreign.id])
    const foreign = await engine.enqueue(work, { n: 7 }, { tenantId: 'other' })
    await engine.start()
    await idle() // it is done, and has a result
    const id = await bench().enqueue(0)
    await idle()
    expect((await bench().get(id)).result).toEqual({ sees: [['gone', null]] })
    expect(await engine.operator.get('other', foreign.id)).toMatchObject({ state: 'done', result: 7 })
  })

  test('a job that would wait for itself, by way of another, is dead at once', async () => {
    const { engine } = bench()
    const waits: { for?: string } = {}
    bench().handler = async ({ n }, attempt) => {
      if (n === 0) return waitFor([waits.for ?? attempt.jobId, child(1)])
      return undefined
    }
    const circle = { state: 'dead', error: { code: 'JOBS_FLOW_CYCLE' } }
    await engine.start()
    const self = await bench().enqueue(0)
    await idle()
    expect(await bench().get(self)).toMatchObject(circle)
    const parent = await engine.enqueue(bench().work, { n: 0 }, { ...options, delay: '1h' })
    const flow = await engine.enqueueFlow({
      child: { ...child(2), afterJobs: [parent.id], onParentDead: 'run' },
      grandchild: { ...child(3), after: ['child'] },
    })
    waits.for = flow.grandchild.id
    await bench().pass('1h')
    expect(await bench().get(parent.id)).toMatchObject(circle)
    expect(await bench().get(flow.grandchild.id)).toMatchObject({ state: 'done' })
    expect(await count()).toBe(4) // nobody put in a child
  })

  test('a cancel that comes before it waits wins, and no child is put in', async () => {
    const { engine } = bench()
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await engine.start()
    const id = await bench().enqueue(0)
    await begun
    // Not told yet: the worker hears of it only when it writes.
    await database().query(
      `UPDATE linehaul.job SET cancel_requested_at = now(), cancel_reason = 'changed my mind'`,
    )
    const ended = bench().ended()
    letGo(waitFor([child(1)]))
    expect(await ended).toMatchObject({ state: 'cancelled' })
    expect(await bench().get(id)).toMatchObject({ error: { message: 'changed my mind' } })
    expect(await count()).toBe(1)
  })

  test('a cancel while it waits ends it, and its children go on', async () => {
    const { engine } = bench()
    bench().handler = parentOf(() => [{ ...child(1), delay: '1h' }])
    await engine.start()
    const id = await bench().enqueue(0)
    await idle()
    await engine.operator.cancel('default', id, 'changed my mind')
    await bench().pass('1h')
    expect(await bench().get(id)).toMatchObject({ state: 'cancelled', error: { message: 'changed my mind' } })
    const states = (await engine.operator.list('default', { limit: 9 })).map(({ state }) => state)
    expect(states.toSorted()).toEqual(['cancelled', 'done'])
  })

  test('an attempt that lost its job puts no child in', async () => {
    const { engine } = bench()
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await engine.start()
    await bench().enqueue(0)
    await begun
    await database().query(`UPDATE linehaul.job SET fence = gen_random_uuid()`)
    const ended = bench().ended()
    letGo(waitFor([child(1)]))
    expect(await ended).toMatchObject({ state: 'lost' })
    expect(await count()).toBe(1)
  })

  test('when the answer to its commit is lost, the children are there once', async () => {
    bench().handler = parentOf(() => [child(1)])
    await bench().engine.start()
    bench().database.failNext(/^\s*-- block/)
    bench().database.failNext(/^COMMIT$/, undefined, { after: true })
    const id = await bench().enqueue(0)
    await bench().pass('1s')
    await bench().pass('1s')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    await bench().pass('2s')
    expect(await bench().get(id)).toMatchObject({ state: 'done' })
    expect(await count()).toBe(2)
  })

  test('a job that waits has started: its unique key is free for a successor', async () => {
    const { engine, unique } = bench()
    bench().handler = async (_, attempt) =>
      (await attempt.awaited()).length === 0 ? waitFor([{ ...child(1), delay: '1h' }]) : undefined
    const first = await engine.enqueue(unique, { n: 7 }, options)
    await engine.start()
    await idle()
    bench().handler = async () => snooze('1d')
    const second = await engine.enqueue(unique, { n: 7 }, options)
    expect(second.isNew).toBe(true)
    expect((await bench().get(first.id)).state).toBe('blocked')
  })

  test('children whose unique key is taken are the jobs that stand there', async () => {
    const { engine, unique } = bench()
    const standing = await engine.enqueue(unique, { n: 5 }, { ...options, delay: '1h' })
    const again = request(unique, { n: 5 }, options)
    let seen: readonly AwaitedJob[] = []
    bench().handler = async ({ n }, attempt) => {
      if (n !== 0) return n
      seen = await attempt.awaited()
      return seen.length === 0 ? waitFor([again, child(1), again]) : undefined
    }
    await engine.start()
    await bench().enqueue(0)
    await bench().pass('1h')
    expect(seen).toMatchObject([{ id: standing.id, result: 5 }, { result: 1 }])
  })
})
