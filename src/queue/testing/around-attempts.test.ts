import { AsyncLocalStorage } from 'node:async_hooks'

import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import type { EngineSignals } from '../engine-signals.js'
import type { Middleware } from '../attempt/middleware.js'
import { snooze } from '../attempt/outcome.js'
import type { Settings } from '../settings.js'
import { eachTestHasAWorkbench } from './workbench.js'

const heard: string[] = []
const tenant = new AsyncLocalStorage<string>()

const noting =
  (name: string): Middleware =>
  async (attempt, next) => {
    heard.push(`${name} begins ${attempt.name}`)
    try {
      return await next()
    } finally {
      heard.push(`${name} ends`)
    }
  }

const refusing: Middleware = async (attempt, next) => {
  if (attempt.tenantId === 'locked') throw Object.assign(new Error('locked out'), { code: 'ACCESS_LOCKED' })
  return next()
}

const inTenant: Middleware = (attempt, next) => tenant.run(attempt.tenantId, next)

const batchSize = { name: 'test.batch_size', default: 5 }
const set = new Map<string | null, number>()

/** What was set when it was asked for, whatever is set afterwards. */
const settings: Settings = {
  inForce: (tenantId) => {
    const value = set.get(tenantId)
    return {
      // The engine asks for its own, which nobody has set.
      get: (setting) =>
        (setting.name === batchSize.name
          ? (value ?? setting.default)
          : setting.default) as typeof setting.default,
    }
  },
  onChange: () => () => undefined,
}

onEachDatabase((database) => {
  const middleware = [noting('outer'), noting('inner'), refusing, inTenant]
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1, middleware, settings } })

  test('middleware stands around the handler, the first one outermost, and hands its outcome on', async () => {
    heard.length = 0
    bench().handler = async () => {
      heard.push(`handler of ${tenant.getStore()}`)
      return 'handed on'
    }
    await bench().engine.start()
    const ended = bench().ended()
    const id = await bench().enqueue()
    await ended
    expect(heard).toEqual([
      'outer begins test.work',
      'inner begins test.work',
      'handler of default',
      'inner ends',
      'outer ends',
    ])
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 'handed on' })
  })

  test('an attempt reads what was in force for its tenant when it started, whatever is set meanwhile', async () => {
    set.clear()
    bench().handler = async (_, attempt) => {
      const before = attempt.rules.get(batchSize)
      set.set('default', 9)
      return [before, attempt.rules.get(batchSize)]
    }
    await bench().engine.start()
    const results: unknown[] = []
    for (let job = 0; job < 2; job += 1) {
      const ended = bench().ended()
      const id = await bench().enqueue()
      await ended
      results.push((await bench().get(id))?.result)
    }
    expect(results).toEqual([
      [5, 5],
      [9, 9],
    ])
  })

  test('what middleware throws is a failed attempt', async () => {
    const { engine, work } = bench()
    await engine.start()
    const ended = bench().ended()
    await engine.enqueue(work, {}, { tenantId: 'locked', subject: 'door:7' })
    expect(await ended).toMatchObject({
      ...{ ended: 'failed', subject: 'door:7', errorCode: 'ACCESS_LOCKED', errorMessage: 'locked out' },
      thrown: { message: 'locked out', stack: expect.stringContaining('refusing') as string },
    })
  })

  test('an attempt knows whose it is, and what its enqueuer handed over', async () => {
    const { engine, work, clock } = bench()
    const options = {
      tenantId: 'acme',
      actor: 'user:7',
      correlationId: 'c-1',
      subject: 'order:SO-1',
      context: { traceparent: '00-x' },
    }
    let seen: object = {}
    bench().handler = async (_, attempt) => void (seen = attempt)
    await engine.start()
    const ended = bench().ended()
    await engine.enqueue(work, {}, options)
    await ended
    expect(seen).toMatchObject({
      ...options,
      name: 'test.work',
      queue: 'default',
      number: 1,
      maxAttempts: 3,
      runAt: clock.now(),
      createdAt: clock.now(),
    })
  })

  test('what the engine carries is added to what a request says, which wins', async () => {
    const { work } = bench()
    const { engine } = bench().anotherEngine({ carry: () => ({ trace: 'of the engine', unit: 'none' }) })
    const { id } = await engine.enqueue(work, {}, { tenantId: 'acme', context: { unit: 'north' } })
    expect(await engine.operator.get('acme', id)).toMatchObject({
      context: { trace: 'of the engine', unit: 'north' },
    })
  })

  test('an engine tells what was enqueued, what started and how it ended', async () => {
    const { engine, work, clock } = bench()
    const told: unknown[] = []
    for (const name of ['job.enqueued', 'attempt.started', 'attempt.ended'] satisfies (keyof EngineSignals)[])
      engine.signals.on(name, (event) => told.push([name, event]))
    bench().handler = async () => {
      clock.advance('4s')
      return snooze('1h')
    }
    const ended = bench().ended()
    const { id } = await engine.enqueue(work, {}, { tenantId: 'acme' })
    clock.advance('3s')
    await engine.start()
    await ended
    const job = { jobId: id, tenantId: 'acme', name: 'test.work', queue: 'default' }
    const started = { ...job, attempt: 1, waitMs: 3_000 }
    const how = { state: 'scheduled', ended: 'snoozed', runMs: 4_000, subject: null }
    const nothingWrong = { errorCode: null, errorMessage: null }
    expect(told).toEqual([
      ['job.enqueued', { jobs: [{ ...job, isNew: true }] }],
      ['attempt.started', started],
      ['attempt.ended', { ...started, ...how, ...nothingWrong }],
    ])
  })

  test('what was enqueued together is told together, after the commit, and says what was there already', async () => {
    const { engine, unique } = bench()
    const told: EngineSignals['job.enqueued'][] = []
    engine.signals.on('job.enqueued', (event) => told.push(event))
    const requests = [1, 2].map((n) => ({ name: 'test.unique', payload: { n }, tenantId: 'default' }))
    await database().transaction(async (tx) => {
      await engine.client.enqueueMany(requests, { tx })
      expect(told).toEqual([])
    })
    await engine.enqueue(unique, { n: 1 }, { tenantId: 'default' })
    expect(told.map(({ jobs }) => jobs.map(({ isNew }) => isNew))).toEqual([[true, true], [false]])
    const rolledBack = database().transaction(async (tx) => {
      await engine.client.enqueueMany(requests, { tx })
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    expect(told).toHaveLength(2)
  })

  test('progress that was written is told', async () => {
    const told = bench().engine.signals.next('attempt.progress')
    bench().handler = async (_, attempt) => attempt.progress(25, { step: 'cutting' })
    await bench().engine.start()
    const id = await bench().enqueue()
    expect(await told).toMatchObject({ jobId: id, attempt: 1, progress: { percent: 25, step: 'cutting' } })
  })

  test('listeners that throw or reject are reported, and break nothing', async () => {
    const { engine } = bench()
    engine.signals.on('attempt.started', () => {
      throw new Error('threw')
    })
    engine.signals.on('attempt.started', async () => {
      throw new Error('rejected')
    })
    await engine.start()
    const ended = bench().ended()
    await bench().enqueue()
    expect(await ended).toMatchObject({ state: 'done' })
    expect(bench().errors).toMatchObject([{ message: 'threw' }, { message: 'rejected' }])
  })
})
