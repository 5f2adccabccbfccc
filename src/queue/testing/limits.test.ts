import { beforeEach, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { toMs } from '../../time/index.js'
import { Admitter } from '../limit/admitter.js'
import { BucketPruner } from '../limit/bucket-pruner.js'
import { exponential } from '../attempt/backoff.js'
import type { AnyJob, Limit } from '../define-job.js'
import type { EngineOptions } from '../engine-options.js'
import { snooze } from '../attempt/outcome.js'
import { Registry } from '../registry.js'
import { stopNow, type Fixture } from './engine-fixture.js'
import { Turnstile, type TurnstileJob } from './turnstile.js'
import { eachTestHasAWorkbench } from './workbench.js'

const byKey = ({ key }: { key: string }) => key

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  let turnstile: Turnstile
  beforeEach(() => (turnstile = new Turnstile()))

  const aLimitedJob = (...limits: Limit<{ key: string }>[]) => turnstile.job('test.limited', { limits })

  async function anEngineFor(
    jobs: readonly AnyJob<unknown>[],
    options: Partial<EngineOptions<unknown>> = {},
  ): Promise<Fixture> {
    const fixture = bench().anotherEngine({ jobs, concurrency: 10, ...options })
    await fixture.engine.start()
    return fixture
  }

  async function enqueue(
    { engine }: Fixture,
    job: TurnstileJob,
    keys: readonly string[],
    { tenantId = 'default', ...options }: { tenantId?: string; priority?: number } = {},
  ): Promise<readonly string[]> {
    const wishes = keys.map((key) => ({ name: job.name, payload: { key }, tenantId, ...options }))
    return (await engine.client.enqueueMany(wishes)).map(({ id }) => id)
  }

  const stateOf = async (id: string | undefined) => (await bench().get(id ?? '')).state

  /** Lets everything happen that can happen without time. */
  const settle = () => bench().pass('1ms')

  test('of more tenants than one look takes in, all are served before any is served twice', async () => {
    const job = aLimitedJob({ concurrency: 200 })
    const tenants = 1_200
    await database().query(
      `INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts, limit_keys)
       SELECT gen_random_uuid(), 'tenant ' || (n % $1), 'default', $2, '{}', 'held', 0, $3, $3, 5, ARRAY[$2 || '/0']
       FROM generate_series(1, 3 * $1) AS n`,
      [tenants, job.name, bench().clock.now()],
    )
    const admitter = new Admitter({
      database: database(),
      registry: new Registry<never>([job]),
      clock: bench().clock,
      onAdmitted: () => undefined,
      onError: (error) => expect.fail(String(error)),
    })
    const served = new Set<string>()
    for (let round = 0; round < tenants / 200; round++) {
      expect(await admitter.runOnce()).toEqual({ admitted: 200 })
      const through = await database().query<{ tenant: string }>(
        `DELETE FROM linehaul.job WHERE state = 'waiting' RETURNING tenant_id AS tenant`,
      )
      for (const { tenant } of through) served.add(tenant)
    }
    expect(served.size).toBe(tenants)
  })

  test('no more than its concurrency run at once, however many workers and slots there are', async () => {
    const job = aLimitedJob({ concurrency: 2 })
    const first = await anEngineFor([job])
    await anEngineFor([job])
    await enqueue(first, job, Array.from({ length: 7 }, String))
    for (let left = 7; left > 0; left--) {
      await bench().pass('250ms')
      expect(turnstile.inside.length).toBe(Math.min(2, left))
      turnstile.inside[0]?.end()
    }
    await settle()
    expect(turnstile.begun).toHaveLength(7)
    expect(turnstile.most).toBe(2)
  })

  test('two processes that admit at the same time never let in one too many', async () => {
    const job = aLimitedJob({ concurrency: 3 })
    const { engine } = bench().anotherEngine({ jobs: [job] })
    await enqueue({ engine, clock: bench().clock, errors: [] }, job, Array(20).fill('x'))
    const { clock } = bench()
    const admitters = Array.from(
      { length: 4 },
      () =>
        new Admitter({
          database: database(),
          registry: new Registry<never>([job]),
          clock,
          onAdmitted: () => undefined,
          onError: () => undefined,
        }),
    )
    const rounds = await Promise.all(admitters.map((admitter) => admitter.runOnce()))
    expect(rounds.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(3)
  })

  test('each key counts by itself, and each tenant has keys of its own', async () => {
    const job = aLimitedJob({ key: byKey, concurrency: 1 })
    const fixture = await anEngineFor([job])
    await enqueue(fixture, job, ['a', 'a', 'b', 'b'])
    await enqueue(fixture, job, ['a'], { tenantId: 'other' })
    await settle()
    expect(turnstile.keys).toEqual(['a', 'a', 'b'])
    expect(turnstile.inside.map(({ attempt }) => attempt.tenantId).sort()).toEqual([
      'default',
      'default',
      'other',
    ])
  })

  test('a job needs room in all of its limits, and a full one keeps nobody else out', async () => {
    const job = aLimitedJob({ key: byKey, concurrency: 1 }, { concurrency: 2 })
    const fixture = await anEngineFor([job])
    await enqueue(fixture, job, ['a', 'a', 'a', 'b', 'c'])
    await settle()
    expect(turnstile.keys).toEqual(['a', 'b'])
    turnstile.inside.find(({ key }) => key === 'b')?.end()
    await settle()
    expect(turnstile.keys).toEqual(['a', 'c'])
    turnstile.inside.find(({ key }) => key === 'c')?.end()
    await settle()
    expect(turnstile.keys).toEqual(['a'])
  })

  test('tenants are let in by turns, whatever one of them has in line', async () => {
    const job = aLimitedJob({ concurrency: 1 })
    const fixture = await anEngineFor([job])
    for (const tenantId of ['t1', 't2', 't3'])
      await enqueue(fixture, job, Array(tenantId === 't1' ? 6 : 2).fill('x'), { tenantId })
    for (let n = 0; n < 8; n++) {
      await bench().pass('250ms')
      turnstile.inside[0]?.end()
    }
    const order = turnstile.begun.map((begun) => begun.split('@')[1])
    expect(order.slice(0, 8)).toEqual(['t1', 't2', 't3', 't1', 't2', 't3', 't1', 't1'])
  })

  test('of one line the most urgent is let in first', async () => {
    const job = aLimitedJob({ concurrency: 1 })
    const fixture = await anEngineFor([job])
    await enqueue(fixture, job, ['first'])
    await settle()
    await enqueue(fixture, job, ['late'])
    await enqueue(fixture, job, ['urgent'], { priority: -5 })
    turnstile.inside[0]?.end()
    await settle()
    expect(turnstile.keys).toEqual(['urgent'])
  })

  test('no stretch of time sees more starts than the rate allows, and none stays below it for long', async () => {
    const job = aLimitedJob({ rate: { max: 3, per: '10s' } })
    const started: number[] = []
    const observed = turnstile.job('test.limited', {
      limits: job.limits,
      run: async () => void started.push(bench().clock.now().getTime()),
    })
    const fixture = await anEngineFor([observed])
    await enqueue(fixture, observed, ['x'])
    await bench().pass('7s')
    await enqueue(fixture, observed, Array(11).fill('x'))
    for (let n = 0; n < 200 && started.length < 12; n++) await bench().pass('250ms')
    expect(started).toHaveLength(12)
    for (const from of started)
      expect(started.filter((at) => at >= from && at < from + toMs('10s')).length).toBeLessThanOrEqual(3)
    // 1 at 0 s, 2 at 7 s, 1 at 10 s, 2 at 17 s, …: a start is due the moment another leaves the window.
    expect((started.at(-1) ?? 0) - (started[0] ?? 0)).toBeLessThanOrEqual(toMs('38s'))
  })

  test('failed and snoozed attempts have started all the same, so the rate counts them', async () => {
    const job = turnstile.job('test.limited', {
      limits: [{ rate: { max: 2, per: '1m' } }],
      backoff: exponential({ base: '1s', jitter: 'none' }),
    })
    const fixture = await anEngineFor([job])
    await enqueue(fixture, job, ['x'])
    await settle()
    turnstile.inside[0]?.fail(new Error('carrier is down'))
    for (let n = 0; n < 3; n++) await bench().pass('1s')
    turnstile.inside[0]?.end(snooze('1s'))
    for (let n = 0; n < 20; n++) await bench().pass('2s')
    expect(turnstile.begun).toHaveLength(2)
    for (let n = 0; n < 12; n++) await bench().pass('2s')
    expect(turnstile.begun).toHaveLength(3)
  })

  test('what is cancelled before it starts takes nothing of a rate', async () => {
    const job = aLimitedJob({ rate: { max: 1, per: '1h' } })
    const elsewhere = bench().anotherEngine({ jobs: [job] })
    const [first, second] = await enqueue(elsewhere, job, ['first', 'second'])
    const admitter = new Admitter({
      database: database(),
      registry: new Registry<never>([job]),
      clock: bench().clock,
      onAdmitted: () => undefined,
      onError: () => undefined,
    })
    expect(await admitter.runOnce()).toEqual({ admitted: 1 })
    await elsewhere.engine.operator.cancel('default', first ?? '', 'changed my mind')
    expect(await admitter.runOnce()).toEqual({ admitted: 1 })
    expect(await stateOf(second)).toBe('waiting')
  })

  test('the slots of a worker that died are free once its jobs have been given back', async () => {
    const job = aLimitedJob({ concurrency: 1 })
    const doomed = bench().anotherEngine({ jobs: [job] })
    const [lost, next] = await enqueue(doomed, job, ['lost', 'next'])
    // As a worker leaves it that is killed in the middle.
    await database().query(
      `UPDATE linehaul.job SET state = 'running', attempt = 1, worker_id = $2, fence = $2, claimed_at = now() WHERE id = $1`,
      [lost, newId()],
    )
    const { clock } = bench()
    const admitter = new Admitter({
      database: database(),
      registry: new Registry<never>([job]),
      clock,
      onAdmitted: () => undefined,
      onError: () => undefined,
    })
    expect(await admitter.runOnce()).toEqual({ admitted: 0 })
    await anEngineFor([job])
    for (let n = 0; n < 12 && turnstile.begun.length < 2; n++) {
      await bench().pass('2s')
      turnstile.inside[0]?.end()
    }
    await settle()
    expect(turnstile.begun).toHaveLength(2)
    expect(turnstile.most).toBe(1)
    expect([await stateOf(lost), await stateOf(next)]).toEqual(['done', 'done'])
  })

  test('a limit that a deployment raises, lowers or drops holds as it is then for what is in line', async () => {
    const deploy = async (...limits: Limit<{ key: string }>[]) => {
      const job = aLimitedJob(...limits)
      return { job, fixture: await anEngineFor([job]) }
    }
    const narrow = await deploy({ concurrency: 1 })
    await enqueue(narrow.fixture, narrow.job, Array(9).fill('x'))
    await settle()
    expect(turnstile.inside).toHaveLength(1)
    await stopNow(narrow.fixture)

    const wide = await deploy({ concurrency: 4 })
    await bench().pass('250ms')
    expect(turnstile.inside).toHaveLength(4)
    await stopNow(wide.fixture)

    await deploy()
    await bench().pass('250ms')
    expect(turnstile.inside).toHaveLength(9)
  })

  test('held jobs can be cancelled, dead ones retried, and both keep to their limit', async () => {
    const job = turnstile.job('test.limited', { limits: [{ concurrency: 1 }], maxAttempts: 1 })
    const fixture = await anEngineFor([job])
    const [first, second, third] = await enqueue(fixture, job, ['1', '2', '3'])
    await settle()
    expect(await stateOf(second)).toBe('held')
    await fixture.engine.operator.cancel('default', second ?? '', 'changed my mind')
    turnstile.inside[0]?.fail(new Error('carrier is down'))
    await settle()
    expect(await stateOf(first)).toBe('dead')
    expect(turnstile.keys).toEqual(['3'])
    await fixture.engine.operator.retry('default', first ?? '')
    await settle()
    expect(await stateOf(first)).toBe('held')
    turnstile.inside[0]?.end()
    await settle()
    expect(turnstile.keys).toEqual(['1'])
    expect([await stateOf(second), await stateOf(third)]).toEqual(['cancelled', 'done'])
  })

  test('a snoozed job gives its place to the next, and waits for room when its time has come', async () => {
    const job = aLimitedJob({ concurrency: 1 })
    const fixture = await anEngineFor([job])
    const [snoozer] = await enqueue(fixture, job, ['snoozer', 'next'])
    await settle()
    turnstile.inside[0]?.end(snooze('5s'))
    await settle()
    expect(turnstile.keys).toEqual(['next'])
    for (let n = 0; n < 4; n++) await bench().pass('2s')
    expect(await stateOf(snoozer)).toBe('held')
    turnstile.inside[0]?.end()
    await settle()
    expect(turnstile.keys).toEqual(['snoozer'])
  })

  test('what a foreign transaction put in is found at the next round', async () => {
    const job = aLimitedJob({ concurrency: 1 })
    const { engine } = bench().anotherEngine({ jobs: [job] })
    await anEngineFor([job])
    await settle()
    await bench().database.transaction((tx) => engine.enqueue(job, { key: 'x' }, { tenantId: 'default', tx }))
    await settle()
    expect(turnstile.inside).toHaveLength(0)
    await bench().pass('200ms')
    expect(turnstile.inside).toHaveLength(1)
  })

  test('jobs of a definition that this process does not know are left to another', async () => {
    const job = aLimitedJob({ concurrency: 1 })
    const knows = bench().anotherEngine({ jobs: [job] })
    const [id] = await enqueue(knows, job, ['x'])
    await anEngineFor([turnstile.job('test.other', { limits: [{ concurrency: 5 }] })])
    await bench().pass('1s')
    expect(await stateOf(id)).toBe('held')
  })

  test('what limits remember goes once nobody needs it any more', async () => {
    const job = aLimitedJob({ key: byKey, rate: { max: 1, per: '10m' } })
    const fixture = await anEngineFor([job])
    turnstile.isOpen = true
    await enqueue(fixture, job, ['x', 'y'])
    await settle()
    await fixture.engine.stop('0ms')
    const { clock } = bench()
    const pruner = new BucketPruner(database(), clock)
    clock.advance('9m')
    expect(await pruner.runOnce()).toEqual({ starts: 0, buckets: 0 })
    clock.advance('2m')
    expect(await pruner.runOnce()).toEqual({ starts: 2, buckets: 2 })
    expect(await database().query('SELECT key FROM linehaul.bucket')).toEqual([])
  })
})
