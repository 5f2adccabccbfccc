import { beforeEach, describe, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { aJob, type Fixture } from './engine-fixture.js'
import { FakeSettings } from './fake-settings.js'
import { aReport, aScheduler, BERLIN, inTenantsZone, NEW_YORK, type Scheduler } from './scheduler.js'
import { Turnstile, type TurnstileJob } from './turnstile.js'
import { aListeningHandler, eachTestHasAWorkbench } from './workbench.js'

const settings = new FakeSettings()

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { settings } })
  beforeEach(() => settings.clear())

  describe('attempts', () => {
    const MAX = 'jobs.test.work.max_attempts'
    const fail = () => Promise.reject(new Error('carrier is down'))

    test('are as many as are set when the last one begins, also of a job that was put in before', async () => {
      const { engine, work } = bench()
      const seen: number[] = []
      bench().handler = (_, { maxAttempts }) => {
        seen.push(maxAttempts)
        return fail()
      }
      const id = await bench().enqueue()
      const own = await engine.enqueue(work, {}, { tenantId: 'default', maxAttempts: 1 })
      settings.set({ [MAX]: 2 })
      await engine.start()
      await bench().pass('1s')
      expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 1, maxAttempts: 2 })
      expect(await bench().get(own.id)).toMatchObject({ state: 'dead', attempt: 1, maxAttempts: 1 })
      settings.set({ [MAX]: 4 })
      for (const wait of ['10s', '20s', '40s'] as const) {
        await bench().pass(wait)
        await bench().pass('1s')
      }
      expect(await bench().get(id)).toMatchObject({ state: 'dead', attempt: 4, maxAttempts: 4 })
      expect(seen.toSorted()).toEqual([1, 2, 4, 4, 4])
    })

    test('are counted anew of a job that is replayed, up to what is set then', async () => {
      const { engine } = bench()
      bench().handler = fail
      settings.set({ [MAX]: 1 })
      const id = await bench().enqueue()
      await engine.start()
      await bench().pass('1s')
      expect(await bench().get(id)).toMatchObject({ state: 'dead', attempt: 1 })
      settings.set({ [MAX]: 2 })
      await engine.operator.replay('default', id)
      await bench().pass('1s')
      expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 1, maxAttempts: 2 })
      settings.clear()
      expect(await bench().get(id)).toMatchObject({ maxAttempts: 3 })
    })

    test('are no more than the next one where fewer are set than a job has had', async () => {
      bench().handler = fail
      const id = await bench().enqueue()
      await bench().engine.start()
      await bench().pass('1s')
      settings.set({ [MAX]: 1 })
      await bench().pass('10s')
      await bench().pass('1s')
      expect(await bench().get(id)).toMatchObject({ state: 'dead', attempt: 2, maxAttempts: 1 })
    })

    test('wait, and may take, as long as is set when they begin, for their own tenant', async () => {
      const { engine, work, clock } = bench()
      const { handler, begun } = aListeningHandler()
      bench().handler = handler
      settings.set({ 'jobs.test.work.timeout': '5s' }, 'default')
      settings.set({ 'jobs.test.work.backoff_base': '2m', 'jobs.test.work.timeout': '1h' })
      const id = await bench().enqueue()
      expect(await bench().get(id)).toMatchObject({
        policy: { timeout: '5s', backoff: { base: '2m', cap: '1h', jitter: 'none' } },
      })
      await engine.start()
      const { signal } = await begun
      settings.clear() // too late for this one
      await bench().pass('4s')
      expect(signal.aborted).toBe(false)
      await bench().pass('1s')
      expect(signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_TIMEOUT' })
      const { runAt } = await bench().get(id)
      expect(runAt.getTime() - clock.now().getTime()).toBe(120_000)
      const other = await engine.enqueue(work, {}, { tenantId: 'other' })
      expect((await engine.operator.get('other', other.id)).policy).toMatchObject({ timeout: '1m' })
    })
  })

  describe('concurrency', () => {
    let turnstile: Turnstile
    let free: TurnstileJob
    let two: TurnstileJob
    beforeEach(() => {
      turnstile = new Turnstile()
      free = turnstile.job('test.free', { queue: 'critical' })
      two = turnstile.job('test.two', { limits: [{ concurrency: 2 }] })
    })

    async function aProcess(): Promise<Fixture> {
      const queues = { critical: { weight: 2 }, default: {} }
      const fixture = bench().anotherEngine({ jobs: [free, two], queues, concurrency: 10, settings })
      await fixture.engine.start()
      return fixture
    }

    async function enqueue({ engine }: Fixture, job: TurnstileJob, count: number) {
      const one = { name: job.name, tenantId: 'default', payload: { key: job.name } }
      return engine.client.enqueueMany(Array<typeof one>(count).fill(one))
    }

    const inside = (job: TurnstileJob) => turnstile.inside.filter(({ key }) => key === job.name)
    const countOf = async (state: string) =>
      (await database().query('SELECT FROM linehaul.job WHERE state = $1', [state])).length

    test('of a definition without limits holds for what waits and runs when it is set, and until it is set no more', async () => {
      const fixture = await aProcess()
      await enqueue(fixture, free, 14)
      await bench().pass('1s')
      expect(inside(free)).toHaveLength(10)
      settings.set({ 'jobs.test.free.concurrency': 3 })
      await bench().pass('1s')
      expect(await countOf('held')).toBe(4)
      for (const visitor of inside(free).slice(0, 8)) visitor.end()
      await bench().pass('1s')
      await bench().pass('1s')
      expect(inside(free)).toHaveLength(3)
      expect(await countOf('held')).toBe(3)
      settings.set({ 'jobs.test.free.concurrency': 4 })
      await bench().pass('1s')
      expect(inside(free)).toHaveLength(4)
      settings.clear()
      await bench().pass('1s')
      expect(inside(free)).toHaveLength(6)
      expect(await countOf('held')).toBe(0)
    })

    test('of a definition holds for what a process puts in that has not heard of it, and what is due later', async () => {
      const fixture = await aProcess()
      settings.set({ 'jobs.test.free.concurrency': 1 })
      const at = bench().clock.now()
      await enqueue(fixture, free, 1)
      for (const state of ['waiting', 'waiting', 'scheduled'] as const)
        await aJob(database(), { name: 'test.free', state, at, queue: 'critical' })
      settings.set({})
      await bench().pass('1s')
      await bench().pass('1s')
      const keys = await database().query<{ keys: readonly string[] }>(
        'SELECT limit_keys AS keys FROM linehaul.job',
      )
      expect(keys).toEqual(Array(4).fill({ keys: ['test.free/all'] }))
    })

    test('of a definition takes the place of the limit that it declares, for what is in line already', async () => {
      const fixture = await aProcess()
      const [, , , last] = await enqueue(fixture, two, 5)
      await bench().pass('1s')
      expect(inside(two)).toHaveLength(2)
      settings.set({ 'jobs.test.two.concurrency': 3 })
      await bench().pass('1s')
      expect(inside(two)).toHaveLength(3)
      expect(await fixture.engine.operator.explain('default', last?.id ?? '')).toMatchObject({
        reason: 'limit-full',
        details: { key: 'test.two/0', running: 3, concurrency: 3 },
      })
    })

    test('of a queue holds from the next claim on, and jobs are handed over past it no more', async () => {
      const fixture = await aProcess()
      await bench().pass('1ms') // its first claim was under way
      settings.set({ 'queues.critical.concurrency': 2 })
      await enqueue(fixture, free, 5)
      await bench().pass('1s')
      expect(inside(free)).toHaveLength(2)
      settings.set({ 'queues.critical.concurrency': 4 })
      await bench().pass('1s')
      expect(inside(free)).toHaveLength(4)
      settings.clear()
      await bench().pass('1s')
      expect(inside(free)).toHaveLength(5)
    })
  })

  describe('schedules', () => {
    const DAILY = 'test.report/daily'
    const set = (what: string, value: unknown, tenantId?: string) =>
      settings.set({ [`jobs.test.report.schedules.daily.${what}`]: value }, tenantId)
    const job = aReport(inTenantsZone('0 2 * * *'))
    let clock: FakeClock
    let scheduler: Scheduler
    beforeEach(async () => {
      clock = new FakeClock('2026-01-05T08:00:00Z')
      scheduler = aScheduler(database(), clock, [job], { tenants: [BERLIN, NEW_YORK], settings })
      await scheduler.sync.runOnce()
    })

    const view = async (tenantId: string) => scheduler.schedules.get(tenantId, DAILY)

    test('tick as is set, for all or for one tenant, and as the code declares once it is set no more', async () => {
      set('cron', '30 4 * * *')
      set('time_zone', 'UTC', 'york')
      expect(await scheduler.sync.runOnce()).toMatchObject({ rearranged: 2 })
      expect(await view('berlin')).toMatchObject({
        ...{ cron: '30 4 * * *', timeZone: 'Europe/Berlin', nextAt: new Date('2026-01-06T03:30:00Z') },
        from: { timing: 'setting', timeZone: 'code', enabled: 'code' },
        changed: null,
      })
      expect(await view('york')).toMatchObject({
        ...{ cron: '30 4 * * *', timeZone: 'UTC', nextAt: new Date('2026-01-06T04:30:00Z') },
        from: { timing: 'setting', timeZone: 'setting', enabled: 'code' },
      })
      set('cron', 'every 6h')
      await scheduler.sync.runOnce()
      expect(await view('york')).toMatchObject({ every: '6h', nextAt: new Date('2026-01-05T14:00:00Z') })
      settings.clear()
      await scheduler.sync.runOnce()
      expect(await view('york')).toMatchObject({
        ...{ cron: '0 2 * * *', timeZone: 'America/New_York', every: null },
        from: { timing: 'code', timeZone: 'code', enabled: 'code' },
      })
    })

    test('do not tick while they are not enabled, and then from the next tick on', async () => {
      set('enabled', false, 'berlin')
      await scheduler.sync.runOnce()
      clock.advance('1d')
      expect(await scheduler.ticker.runOnce()).toEqual({ ticked: 1 }) // that of New York
      await scheduler.schedules.resume('berlin', DAILY, 'user:ann') // nobody has paused it
      expect(await view('berlin')).toMatchObject({
        ...{ enabled: false, nextAt: null, paused: false },
        from: { enabled: 'setting' },
      })
      set('enabled', true, 'berlin')
      await scheduler.sync.runOnce()
      expect(await view('berlin')).toMatchObject({ enabled: true, nextAt: new Date('2026-01-07T01:00:00Z') })
    })

    test('tick as people have changed them, whatever is set, and as is set once that is undone', async () => {
      await scheduler.schedules.update('berlin', DAILY, { cron: '0 6 * * *' }, 'user:ann')
      set('cron', '30 4 * * *')
      set('time_zone', 'UTC')
      await scheduler.sync.runOnce()
      expect(await view('berlin')).toMatchObject({
        ...{ cron: '0 6 * * *', timeZone: 'UTC', nextAt: new Date('2026-01-06T06:00:00Z') },
        from: { timing: 'people', timeZone: 'setting' },
      })
      await scheduler.schedules.reset('berlin', DAILY, 'user:ann')
      expect(await view('berlin')).toMatchObject({
        ...{ cron: '30 4 * * *', nextAt: new Date('2026-01-06T04:30:00Z') },
        from: { timing: 'setting' },
      })
    })

    test('are arranged anew as soon as something is set, whatever the minute', async () => {
      const engine = bench().anotherEngine({ jobs: [job], settings, tenants: async () => [BERLIN] }).engine
      await engine.start()
      await bench().pass('1s')
      set('cron', '30 4 * * *')
      await bench().pass('1ms')
      expect(await engine.schedules.get('berlin', DAILY)).toMatchObject({ cron: '30 4 * * *' })
    })
  })

  test('an engine that has stopped listens no more', async () => {
    const before = settings.listeners
    const { engine } = bench().anotherEngine({ settings })
    expect(settings.listeners).toBe(before + 1)
    await engine.stop()
    expect(settings.listeners).toBe(before)
  })
})
