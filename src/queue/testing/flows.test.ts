import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { PermanentError } from '../errors.js'
import type { FlowPart } from '../flow/flow.js'
import { cancel } from '../attempt/outcome.js'
import { request } from '../enqueue/request.js'
import type { AwaitedJob } from '../store/awaited.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

const options = { tenantId: 'default' }

onEachDatabase((database, kind) => {
  const bench = eachTestHasAWorkbench(database)
  const part = <const More extends Partial<FlowPart> = Record<never, never>>(n: number, more?: More) => ({
    ...request(bench().work, { n }, options),
    ...(more as More),
  })
  const stateOf = async (id: string) => (await bench().get(id)).state
  const idle = () => bench().database.idle()

  /** Runs everything there is, and says in which order the handlers ran. */
  function noteRuns(run: (n: number) => unknown = () => undefined): number[] {
    const runs: number[] = []
    bench().handler = async ({ n = 0 }) => {
      runs.push(n)
      return (await run(n)) as undefined
    }
    return runs
  }

  test('a part runs once all that it waits for have ended, and sees their results in order', async () => {
    const { engine } = bench()
    const runs: number[] = []
    let seen: readonly AwaitedJob[] = []
    bench().handler = async ({ n = 0 }, attempt) => {
      runs.push(n)
      const awaited = await attempt.awaited()
      if (n === 3) seen = awaited
      else expect(awaited).toEqual([])
      return { n }
    }
    const flow = await engine.enqueueFlow({
      sum: part(3, { after: ['two', 'one'] }),
      one: part(1),
      two: part(2),
    })
    expect(flow.sum.isNew).toBe(true)
    expect(await stateOf(flow.sum.id)).toBe('blocked')
    await engine.start()
    await idle()
    expect(runs.toSorted()).toEqual([1, 2, 3])
    expect(runs.at(-1)).toBe(3)
    expect(seen).toEqual([
      { id: flow.two.id, name: 'test.work', state: 'done', result: { n: 2 }, error: null },
      { id: flow.one.id, name: 'test.work', state: 'done', result: { n: 1 }, error: null },
    ])
    expect(await bench().get(flow.sum.id)).toMatchObject({ state: 'done', attempt: 1 })
  })

  test('a freed part keeps to its own run time', async () => {
    const { engine } = bench()
    await engine.start()
    const { late } = await engine.enqueueFlow({
      first: part(1),
      late: { ...request(bench().work, { n: 2 }, { ...options, delay: '1h' }), after: ['first'] },
    })
    await idle()
    expect(await stateOf(late.id)).toBe('scheduled')
    await bench().pass('1h')
    expect(await stateOf(late.id)).toBe('done')
  })

  test('when a parent dies, what waits for it is cancelled at once, and what waits for that in turn', async () => {
    const { engine } = bench()
    const runs = noteRuns((n) => (n === 1 ? Promise.reject(new PermanentError('no such store')) : undefined))
    const flow = await engine.enqueueFlow({
      bad: part(1),
      // Never runs by itself in this test, and so shows that nobody waits for it.
      slow: { ...request(bench().work, { n: 2 }, { ...options, delay: '1h' }) },
      child: part(3, { after: ['slow', 'bad'] }),
      grandchild: part(4, { after: ['child'] }),
    })
    await engine.start()
    await idle()
    expect(await bench().get(flow.child.id)).toMatchObject({
      state: 'cancelled',
      error: {
        code: 'JOBS_PARENT_DEAD',
        message: `It waited for job ${flow.bad.id} (test.work), which is dead.`,
      },
    })
    expect(await bench().get(flow.grandchild.id)).toMatchObject({
      state: 'cancelled',
      error: {
        code: 'JOBS_PARENT_DEAD',
        message: `It waited for job ${flow.child.id} (test.work), which is cancelled.`,
      },
    })
    await bench().pass('1h')
    expect(runs).toEqual([1, 2])
  })

  test("with onParentDead: 'run' a part runs all the same, and sees what became of its parents", async () => {
    const { engine } = bench()
    let seen: readonly AwaitedJob[] = []
    bench().handler = async ({ n }, attempt) => {
      if (n === 1) throw new PermanentError('no such store')
      if (n === 2) return cancel('nothing to do')
      seen = await attempt.awaited()
      return undefined
    }
    await engine.enqueueFlow({
      dead: part(1),
      cancelled: part(2),
      report: part(3, { after: ['dead', 'cancelled'], onParentDead: 'run' }),
    })
    await engine.start()
    await idle()
    expect(seen).toMatchObject([
      { state: 'dead', result: null, error: { code: 'JOBS_PERMANENT', message: 'no such store' } },
      { state: 'cancelled', result: null, error: { code: 'JOBS_CANCELLED' } },
    ])
  })

  test('a parent that is cancelled by hand before it started cancels, or frees, its children', async () => {
    const { engine } = bench()
    const flow = await engine.enqueueFlow({
      parent: part(1),
      cancelled: part(2, { after: ['parent'] }),
      freed: part(3, { after: ['parent'], onParentDead: 'run' }),
    })
    await engine.operator.cancel('default', flow.parent.id, 'changed my mind')
    await idle()
    expect(await stateOf(flow.cancelled.id)).toBe('cancelled')
    expect(await stateOf(flow.freed.id)).toBe('waiting')
  })

  test('a blocked part can be cancelled, and its parents know nothing of it', async () => {
    const { engine } = bench()
    const runs = noteRuns()
    const flow = await engine.enqueueFlow({ parent: part(1), child: part(2, { after: ['parent'] }) })
    await engine.operator.cancel('default', flow.child.id, 'changed my mind')
    await engine.start()
    await idle()
    expect(runs).toEqual([1])
    expect(await bench().get(flow.child.id)).toMatchObject({
      state: 'cancelled',
      error: { code: 'JOBS_CANCELLED' },
    })
  })

  test('a part may wait for jobs that are there already, running or finished', async () => {
    const { engine } = bench()
    const { handler, begun, letGo } = aDeafHandler()
    const runs: number[] = []
    bench().handler = async (payload, attempt) => {
      runs.push(payload.n ?? 0)
      return payload.n === 2 ? handler(payload, attempt) : undefined
    }
    await engine.start()
    const done = await bench().enqueue(1)
    await idle()
    const running = await bench().enqueue(2)
    await begun
    const { at_once, later } = await engine.enqueueFlow({
      at_once: part(3, { afterJobs: [done] }),
      later: part(4, { afterJobs: [done, running] }),
    })
    await idle()
    expect(await stateOf(at_once.id)).toBe('done')
    expect(await stateOf(later.id)).toBe('blocked')
    letGo()
    await bench().ended(({ jobId }) => jobId === later.id)
    expect(runs).toEqual([1, 2, 3, 4])
  })

  test('a part that is to run after a dead job is cancelled as soon as it is asked for', async () => {
    const { engine } = bench()
    noteRuns((n) => (n === 1 ? Promise.reject(new PermanentError('no such store')) : undefined))
    await engine.start()
    const dead = await bench().enqueue(1)
    await idle()
    const flow = await engine.enqueueFlow({
      child: part(2, { afterJobs: [dead] }),
      grandchild: part(3, { after: ['child'] }),
      sibling: part(4, { afterJobs: [dead], onParentDead: 'run' }),
    })
    await idle()
    expect(await stateOf(flow.child.id)).toBe('cancelled')
    expect(await stateOf(flow.grandchild.id)).toBe('cancelled')
    expect(await stateOf(flow.sibling.id)).toBe('done')
  })

  test('a parent that its tenant does not have is refused, and nothing is put in', async () => {
    const { engine } = bench()
    const theirs = await engine.enqueue(bench().work, {}, { tenantId: 'other' })
    for (const id of [theirs.id, newId(), 'analyze'])
      await expect(engine.enqueueFlow({ child: part(1, { afterJobs: [id] }) })).rejects.toMatchObject({
        code: 'JOBS_FLOW_UNKNOWN_PARENT',
      })
    expect(await engine.operator.list('default', { limit: 10 })).toEqual([])
  })

  test('a flow in a transaction is there when that commits, and not at all when it does not', async () => {
    const { engine } = bench()
    const flow = () => ({ parent: part(1), child: part(2, { after: ['parent'] }) })
    const failed = bench().database.transaction(async (tx) => {
      await engine.enqueueFlow(flow(), { tx })
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await engine.operator.list('default', { limit: 10 })).toEqual([])
    await engine.start()
    const { child } = await bench().database.transaction(async (tx) => {
      // A refusal leaves the caller's transaction as it was.
      await expect(engine.enqueueFlow({ odd: part(0, { afterJobs: [newId()] }) }, { tx })).rejects.toThrow()
      return engine.enqueueFlow(flow(), { tx })
    })
    await idle()
    expect(await stateOf(child.id)).toBe('done')
  })

  test('a part whose unique key is taken is the job that stands there: it is awaited, and waits for nothing new', async () => {
    const { engine, unique } = bench()
    const runs = noteRuns()
    const standing = await engine.enqueue(unique, { n: 1 }, { ...options, delay: '1h' })
    const flow = await engine.enqueueFlow({
      before: part(2),
      taken: { ...request(unique, { n: 1 }, options), after: ['before'] },
      after: part(3, { after: ['taken'] }),
    })
    expect(flow.taken).toEqual({ id: standing.id, isNew: false })
    expect(await stateOf(standing.id)).toBe('scheduled')
    await engine.start()
    await bench().pass('1h')
    expect(runs).toEqual([2, 1, 3])
  })

  test('a flow asked for again under the same ids, after its answer was lost, is the same flow', async () => {
    const { engine } = bench()
    const runs = noteRuns()
    const [a, b] = [newId(), newId()]
    const flow = { a: part(1, { id: a }), b: part(2, { id: b, after: ['a'] }) } as const
    expect(await engine.enqueueFlow(flow)).toEqual({ a: { id: a, isNew: true }, b: { id: b, isNew: true } })
    expect(await engine.enqueueFlow(flow)).toEqual({ a: { id: a, isNew: false }, b: { id: b, isNew: false } })
    await engine.start()
    await idle()
    expect(await engine.enqueueFlow(flow)).toMatchObject({ b: { isNew: false } })
    await idle()
    expect(runs).toEqual([1, 2])
  })

  test('an empty flow is nothing', async () => {
    expect(await bench().engine.enqueueFlow({})).toEqual({})
  })

  test('whoever crashes after a parent ended and before its children were freed, they run all the same', async () => {
    const { engine } = bench()
    await engine.start()
    await idle() // the sweep has looked, and looks again after two seconds
    bench().database.failNext(/^\s*-- end waits/)
    const flow = await engine.enqueueFlow({ parent: part(1), child: part(2, { after: ['parent'] }) })
    await idle()
    expect(bench().database.hasFailedAsAsked).toBe(true)
    expect(await stateOf(flow.parent.id)).toBe('done')
    expect(await stateOf(flow.child.id)).toBe('blocked')
    await bench().pass('2s')
    expect(await stateOf(flow.child.id)).toBe('done')
  })

  test('children of a parent that vanished are freed or cancelled as declared', async () => {
    const { engine } = bench()
    const flow = await engine.enqueueFlow({
      parent: { ...request(bench().work, {}, { ...options, delay: '1h' }) },
      cancelled: part(2, { after: ['parent'] }),
      freed: part(3, { after: ['parent'], onParentDead: 'run' }),
    })
    let seen: readonly AwaitedJob[] = []
    bench().handler = async (_, attempt) => void (seen = await attempt.awaited())
    await database().query('DELETE FROM linehaul.job WHERE id = $1', [flow.parent.id])
    await engine.start()
    await idle()
    expect(await bench().get(flow.cancelled.id)).toMatchObject({
      state: 'cancelled',
      error: { message: `It waited for job ${flow.parent.id}, which is deleted.` },
    })
    expect(await stateOf(flow.freed.id)).toBe('done')
    expect(seen).toEqual([{ id: flow.parent.id, name: null, state: 'gone', result: null, error: null }])
  })

  test('a finished parent is kept while a child still waits for others, and forgotten later', async () => {
    const { engine } = bench()
    let seen: readonly AwaitedJob[] = []
    bench().handler = async ({ n }, attempt) => {
      if (n === 3) seen = await attempt.awaited()
      return n
    }
    const flow = await engine.enqueueFlow({
      early: part(1),
      late: { ...request(bench().work, { n: 2 }, { ...options, delay: '40d' }) },
      child: part(3, { after: ['early', 'late'] }),
    })
    await engine.start()
    await idle()
    for (const days of ['9d', '9d', '9d', '13d'] as const) await bench().pass(days)
    expect(await stateOf(flow.child.id)).toBe('done')
    expect(seen.map(({ result }) => result)).toEqual([1, 2])
    for (const days of ['9d', '9d'] as const) await bench().pass(days)
    await expect(bench().get(flow.early.id)).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' })
    expect(await database().query('SELECT FROM linehaul.job_wait')).toEqual([])
  })

  test('a dead child that is replayed sees its parents again', async () => {
    const { engine } = bench()
    const seen: number[] = []
    bench().handler = async ({ n }, attempt) => {
      if (n === 1) return undefined
      seen.push((await attempt.awaited()).length)
      if (seen.length === 1) throw new PermanentError('no such store')
      return undefined
    }
    const flow = await engine.enqueueFlow({ parent: part(1), child: part(2, { after: ['parent'] }) })
    await engine.start()
    await bench().pass('2m')
    expect(await stateOf(flow.child.id)).toBe('dead')
    await engine.operator.retry('default', flow.child.id)
    await idle()
    expect(seen).toEqual([1, 1])
  })

  test('a replayed parent runs alone; a cancelled child that is replayed meanwhile waits for it again', async () => {
    const { engine } = bench()
    const runs = noteRuns((n) => (n === 1 ? Promise.reject(new PermanentError('no such store')) : undefined))
    const flow = await engine.enqueueFlow({
      parent: part(1),
      cancelled: part(2, { after: ['parent'] }),
      freed: part(3, { after: ['parent'], onParentDead: 'run' }),
    })
    await engine.start()
    await idle()
    expect(runs).toEqual([1, 3])
    const again = noteRuns()
    const hold = bench().database.holdNext(/^\s*-- claim/) // so that the parent is open when its child is replayed
    await engine.operator.retry('default', flow.parent.id)
    await hold.reached
    expect(await engine.operator.retry('default', flow.cancelled.id)).toMatchObject({ state: 'blocked' })
    hold.release()
    await idle()
    expect(again).toEqual([1, 2])
  })

  test('diamonds that two processes work on at the same time all come through', async () => {
    const { engine } = bench()
    const other = bench().anotherEngine({ concurrency: 3 }).engine
    const diamonds = Array.from({ length: 40 }, (_, n) => ({
      [`${n} top`]: part(0),
      [`${n} left`]: part(1, { after: [`${n} top`] }),
      [`${n} right`]: part(2, { after: [`${n} top`] }),
      [`${n} bottom`]: part(3, { after: [`${n} left`, `${n} right`] }),
    }))
    await engine.enqueueFlow(Object.assign({}, ...diamonds) as Record<string, FlowPart>)
    await Promise.all([engine.start(), other.start()])
    await idle()
    expect(await database().query('SELECT state FROM linehaul.job')).toEqual([])
    expect(bench().errors).toEqual([])
  })

  test.runIf(kind === 'server')(
    'two parents that end at the same moment in two processes free their child',
    async () => {
      const engines = [1, 2].map(() => bench().anotherEngine({ concurrency: 1 }).engine)
      const handlers = [aDeafHandler(), aDeafHandler()] as const
      bench().handler = async (payload, attempt) =>
        payload.n === 3 ? undefined : handlers[payload.n === 1 ? 0 : 1].handler(payload, attempt)
      const flow = await bench().engine.enqueueFlow({
        a: part(1),
        b: part(2),
        c: part(3, { after: ['a', 'b'] }),
      })
      for (const engine of engines) await engine.start()
      await Promise.all(handlers.map(({ begun }) => begun))
      // The first has the child's lock and has looked, when the second comes for it.
      const look = bench().database.holdNext(/^\s*-- list still waiting/)
      handlers[0].letGo()
      await look.reached
      handlers[1].letGo()
      while ((await database().query(LIST_LOCK_WAITS)).length === 0);
      expect(await stateOf(flow.c.id)).toBe('blocked')
      look.release()
      await idle()
      expect(await stateOf(flow.c.id)).toBe('done')
    },
  )

  test.runIf(kind === 'server')('a parent cannot end unnoticed while a child of it is put in', async () => {
    const { engine } = bench()
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = async (payload, attempt) => (payload.n === 1 ? handler(payload, attempt) : undefined)
    await engine.start()
    const parent = await bench().enqueue(1)
    await begun
    const { child } = await database().transaction(async (tx) => {
      const flow = await engine.enqueueFlow({ child: part(2, { afterJobs: [parent] }) }, { tx })
      letGo()
      while ((await tx.query(LIST_LOCK_WAITS)).length === 0);
      return flow
    })
    await idle()
    expect(await stateOf(parent)).toBe('done')
    expect(await stateOf(child.id)).toBe('done')
  })
})

const LIST_LOCK_WAITS = /* sql */ `
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
