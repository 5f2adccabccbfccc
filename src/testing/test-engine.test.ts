import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { defineJob, exponential, snooze, type Attempt, type Outcome } from '../queue/index.js'
import { createTestEngine, type TestEngine, type TestEngineOptions } from './index.js'

interface Needs {
  handler(n: number, attempt: Attempt): Promise<Outcome>
}

const work = defineJob({
  name: 'test.work',
  queue: 'default',
  payload: z.object({ n: z.number() }),
  backoff: exponential({ base: '10s' }),
  maxAttempts: 3,
  timeout: '1m',
  run: ({ n }, { handler }: Needs, attempt) => handler(n, attempt),
})

const engines = new Set<{ close(): Promise<void> }>()
afterEach(async () => {
  for (const engine of engines) await engine.close()
  engines.clear()
})

type Options = Partial<TestEngineOptions<Needs>> & { handler?: Needs['handler'] }

async function anEngine({ handler = async () => undefined, ...options }: Options = {}): Promise<
  TestEngine<Needs>
> {
  const engine = await createTestEngine({ jobs: [work], needs: { handler }, ...options })
  engines.add(engine)
  return engine
}

const statesOf = async (engine: TestEngine<Needs>) => (await engine.enqueued(work)).map(({ state }) => state)

describe('a test engine', () => {
  test('runs nothing until it is told to', async () => {
    const engine = await anEngine()
    await engine.enqueue(work, { n: 1 })
    expect(await statesOf(engine)).toEqual(['waiting'])
    await engine.drain()
    expect(await statesOf(engine)).toEqual(['done'])
    await engine.enqueue(work, { n: 2 })
    expect(await statesOf(engine)).toEqual(['done', 'waiting'])
  })

  test('starts each time with nothing, tables of one’s own included', async () => {
    const setUp: Options['setUp'] = async (database) =>
      void (await database.query('CREATE TABLE mine (n int)'))
    const first = await anEngine({ setUp })
    await first.enqueue(work, { n: 1 })
    await first.close()
    engines.clear()
    const second = await anEngine({ setUp }) // the table is not there any more
    expect(await second.enqueued(work)).toEqual([])
  })

  test('can be one of two at the same time', async () => {
    const [first, second] = [await anEngine(), await anEngine()]
    await first.enqueue(work, { n: 1 })
    expect(await second.enqueued(work)).toEqual([])
  })

  test('refuses its database once it is closed', async () => {
    const engine = await anEngine()
    await engine.close()
    engines.clear()
    await expect(engine.database.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_CLOSED' })
  })

  test('tells what went wrong in the background', async () => {
    const engine = await anEngine({ tenants: async () => [{ id: 'a', timeZone: 'Mars/Olympus' }] })
    await expect(engine.drain()).rejects.toMatchObject({ code: 'JOBS_UNKNOWN_ZONE' })
  })
})

describe('drain', () => {
  test('runs what jobs enqueue as well', async () => {
    const engine: TestEngine<Needs> = await anEngine({
      async handler(n) {
        if (n > 0) for (let i = 0; i < 2; i += 1) await engine.enqueue(work, { n: n - 1 })
      },
    })
    await engine.enqueue(work, { n: 4 })
    await engine.drain()
    expect(await statesOf(engine)).toEqual(Array.from({ length: 31 }, () => 'done'))
  })

  test('leaves alone what is not due, and the clock', async () => {
    const engine = await anEngine()
    const before = engine.clock.now()
    await engine.enqueue(work, { n: 1 }, { delay: '1s' })
    await engine.drain()
    expect(await statesOf(engine)).toEqual(['scheduled'])
    expect(engine.clock.now()).toEqual(before)
  })

  test('says so when jobs enqueue one another for ever', async () => {
    const engine: TestEngine<Needs> = await anEngine({
      handler: async (n) => void (await engine.enqueue(work, { n })),
    })
    await engine.enqueue(work, { n: 1 })
    await expect(engine.drain({ atMost: 20 })).rejects.toThrow(
      /^\d+ attempts have run, and there is no end to it although the clock stands still; the last were \d+ × test\.work/,
    )
  })

  test('waits for a handler that is busy with something else than the database', async () => {
    const engine = await anEngine({
      async handler() {
        await import('node:zlib')
        for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
      },
    })
    await engine.enqueue(work, { n: 1 })
    await engine.drain()
    expect(await statesOf(engine)).toEqual(['done'])
  })
})

describe('advance', () => {
  test('lets each retry come at its instant', async () => {
    const at: string[] = []
    const engine: TestEngine<Needs> = await anEngine({
      async handler() {
        at.push(engine.clock.now().toISOString().slice(11, 19))
        throw new Error('carrier is down')
      },
    })
    await engine.enqueue(work, { n: 1 })
    await engine.advance('1h')
    expect(at).toEqual(['08:00:00', '08:00:10', '08:00:30'])
    expect(await statesOf(engine)).toEqual(['dead'])
    expect(engine.clock.now()).toEqual(new Date('2026-01-05T09:00:00Z'))
  })

  test('runs what falls due at its very end', async () => {
    const engine = await anEngine({ handler: async (n) => (n === 1 ? snooze('30s') : undefined) })
    await engine.enqueue(work, { n: 2 }, { delay: '29950ms' })
    await engine.enqueue(work, { n: 2 }, { delay: '30s' })
    await engine.advance('30s')
    expect(await statesOf(engine)).toEqual(['done', 'done'])
  })

  test('times a handler out that never ends, at the instant of its timeout', async () => {
    const engine: TestEngine<Needs> = await anEngine({
      handler: (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error(engine.clock.now().toISOString()))),
        ),
    })
    await engine.enqueue(work, { n: 1 })
    await engine.advance('65s')
    expect(await engine.enqueued(work)).toMatchObject([
      { state: 'scheduled', attempt: 1, runAt: new Date('2026-01-05T08:01:10Z') },
    ])
  })

  test('wakes a handler that sleeps on the clock', async () => {
    const engine: TestEngine<Needs> = await anEngine({
      async handler() {
        await new Promise<void>((resolve) => engine.clock.after(20_000, resolve))
        return engine.clock.now().toISOString()
      },
    })
    await engine.enqueue(work, { n: 1 })
    await engine.advance('19s')
    expect(await statesOf(engine)).toEqual(['running'])
    await engine.advance('1s')
    expect(await engine.enqueued(work)).toMatchObject([{ state: 'done', result: '2026-01-05T08:00:20.000Z' }])
  })

  test('cannot be called twice at a time', async () => {
    const engine = await anEngine()
    const first = engine.advance('1s')
    await expect(engine.drain()).rejects.toThrow(/await one advance\(\) or drain\(\)/)
    await first
  })
})

describe('expectEnqueued', () => {
  test('gives the first job whose payload has what is named', async () => {
    const engine = await anEngine()
    await engine.enqueue(work, { n: 1 })
    const { id } = await engine.enqueue(work, { n: 2 }, { tenantId: 'other' })
    expect(await engine.expectEnqueued(work, { n: 2 })).toMatchObject({
      id,
      tenantId: 'other',
      state: 'waiting',
    })
    expect(await engine.expectEnqueued(work, ({ tenantId }) => tenantId === 'other')).toMatchObject({ id })
    expect(await engine.expectEnqueued(work)).toMatchObject({ payload: { n: 1 } })
  })

  test('says what is there instead', async () => {
    const engine = await anEngine()
    await expect(engine.expectEnqueued(work, { n: 3 })).rejects.toThrow(
      'No test.work was enqueued with { n: 3 }.\nNothing was enqueued at all.',
    )
    await engine.enqueue(work, { n: 1 })
    await expect(engine.expectEnqueued(work, { n: 3 })).rejects.toMatchObject({
      name: 'AssertionError',
      message: [
        'No test.work was enqueued with { n: 3 }.',
        'There is instead:',
        '  1. { n: 1 } (waiting, tenant default)',
        '       payload.n is 1, not 3',
      ].join('\n'),
      actual: [{ n: 1 }],
      expected: [{ n: 3 }],
    })
    const other = defineJob({ ...work, name: 'test.other' })
    await expect(engine.expectEnqueued(other)).rejects.toThrow('Others were: 1 × test.work.')
  })
})

test('a second engine opens quickly', async () => {
  await (await anEngine()).close()
  engines.clear()
  const began = performance.now()
  await anEngine()
  console.log(`A test engine opened in ${Math.round(performance.now() - began)} ms.`)
})
