import { beforeEach, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import type { AnyJob } from '../define-job.js'
import { Scheduler } from '../schedule/scheduler.js'
import { Registry } from '../registry.js'
import { listJobs } from '../store/find.js'
import { beat } from '../store/worker.js'
import { Workers } from '../operate/workers.js'
import { anEngine, clearJobs, finishJob, stopNow } from './engine-fixture.js'
import { aReport, aScheduler, BERLIN, inUtc, NEW_YORK } from './scheduler.js'

const OWNER = 'user:owner'
const BERLINS = { tenantId: 'berlin' }

onEachDatabase((database) => {
  let clock: FakeClock
  beforeEach(async () => {
    await clearJobs(database())
    clock = new FakeClock('2026-01-05T08:00:00Z')
  })

  async function process(...jobs: AnyJob[]) {
    const fixture = aScheduler(database(), clock, jobs, { tenants: [BERLIN, NEW_YORK] })
    await fixture.sync.runOnce()
    const registry = new Registry<never>(jobs)
    return { ...fixture, scheduler: new Scheduler({ database: database(), registry, clock }) }
  }

  const aLiveWorker = async (ticks = true) => {
    const worker = { id: newId(), host: 'h', pid: 7, queues: ['default'], concurrency: 3, names: [], ticks }
    await beat(database(), worker, clock.now())
    return worker
  }

  const jobsOf = async (tenantId: string) => (await listJobs(database(), tenantId, { limit: 100 })).length

  test("a tenant's schedules stop together, those of others go on, and what was missed follows its rule", async () => {
    const { scheduler, ticker } = await process(aReport(inUtc('0 * * * *'), { missed: { all: 2 } }))
    expect(await scheduler.stop(BERLINS, 'user:ann')).toMatchObject({
      stopped: { by: 'user:ann', at: clock.now(), ofAll: false },
    })
    clock.advance('3h')
    await ticker.runOnce()
    expect([await jobsOf('berlin'), await jobsOf('york')]).toEqual([0, 2])
    await scheduler.start(BERLINS, 'user:ann')
    await ticker.runOnce()
    expect([await jobsOf('berlin'), await jobsOf('york')]).toEqual([2, 2])
  })

  test('what is stopped for all is stopped for every tenant, whatever that decided', async () => {
    const { scheduler, ticker } = await process(aReport(inUtc('0 * * * *')))
    await scheduler.stop('all', OWNER)
    await scheduler.start(BERLINS, 'user:ann')
    clock.advance('1h')
    await ticker.runOnce()
    expect(await jobsOf('berlin')).toBe(0)
    await scheduler.start('all', OWNER)
    await ticker.runOnce()
    expect(await jobsOf('berlin')).toBe(1)
  })

  test("the engine's own schedules go on while a tenant has stopped its own, and no other stops them", async () => {
    const own = aReport(inUtc('0 * * * *'), { perTenant: false }, { name: 'jobs.report' })
    const { scheduler, ticker, schedules } = await process(own)
    await scheduler.stop({ tenantId: 'default' }, 'user:ann')
    clock.advance('1h')
    await ticker.runOnce()
    expect(await jobsOf('default')).toBe(1)
    const pause = (one = schedules) => one.pause('default', 'jobs.report/daily', OWNER, 'to see')
    await expect(pause()).rejects.toMatchObject({ code: 'JOBS_ENGINE_OWNED' })
    expect(await pause(schedules.asOwner)).toMatchObject({ paused: true })
  })

  test('a stop waits for the tick under way, and a tick for the stop', async () => {
    const { scheduler, ticker } = await process(aReport(inUtc('0 * * * *')))
    clock.advance('1h')
    await Promise.all([scheduler.stop('all', OWNER), ticker.runOnce()])
    const jobs = await jobsOf('berlin')
    clock.advance('1h')
    await ticker.runOnce()
    expect(await jobsOf('berlin')).toBe(jobs)
  })

  test('its status says since when it runs, what is active, and how each last went', async () => {
    const hourly = aReport(inUtc('0 * * * *'))
    const { scheduler, schedules, ticker } = await process(hourly)
    expect(await scheduler.status('berlin')).toMatchObject({ isRunning: false, stopped: null, processes: 0 })
    await aLiveWorker(false)
    expect(await scheduler.status('berlin')).toMatchObject({ isRunning: false, processes: 0 })
    await aLiveWorker()
    expect(await scheduler.status('berlin')).toMatchObject({
      ...{ isRunning: true, startedAt: clock.now(), startedBy: null, processes: 1 },
      active: [{ id: 'test.report/daily', nextAt: new Date('2026-01-05T09:00:00Z') }],
      lastRuns: [],
    })
    clock.advance('1h')
    await ticker.runOnce()
    await aLiveWorker()
    const [tick] = await schedules.history('berlin', 'test.report/daily')
    const startedAt = clock.now()
    const endedAt = new Date(startedAt.getTime() + 1_500)
    await finishJob(database(), tick?.jobId ?? '', { startedAt, endedAt, result: '{"orders": 3}' })
    const lastRun = {
      startedAt,
      endedAt,
      durationMs: 1_500,
      result: { orders: 3 },
      counts: { done: 1, open: 0 },
    }
    expect(await scheduler.status('berlin')).toMatchObject({ lastRuns: [lastRun] })
    await schedules.pause('berlin', 'test.report/daily', OWNER, 'to see')
    expect(await scheduler.status('berlin')).toMatchObject({ active: [], lastRuns: [lastRun] })
  })

  test('the history is of all schedules, newest first, page by page', async () => {
    const { scheduler, ticker } = await process(
      aReport(inUtc('0 * * * *')),
      aReport(inUtc('30 * * * *'), {}, { name: 'test.sweep' }),
    )
    for (let half = 0; half < 4; half++) {
      clock.advance('30m')
      await ticker.runOnce()
    }
    const first = await scheduler.history('berlin', { limit: 3 })
    const rest = await scheduler.history('berlin', { after: first.at(-1)?.seq })
    expect(
      [...first, ...rest].map(({ scheduleId, at }) => [scheduleId, at.toISOString().slice(11, 16)]),
    ).toEqual([
      ['test.report/daily', '10:00'],
      ['test.sweep/daily', '09:30'],
      ['test.report/daily', '09:00'],
      ['test.sweep/daily', '08:30'],
    ])
    expect(first[0]).toMatchObject({
      state: 'waiting',
      durationMs: null,
      counts: { open: 1, done: 0, failed: 0 },
    })
  })

  test('a schedule is found by its id, its name, or its definition, unless several may be meant', async () => {
    const { schedules } = await process(
      aReport(inUtc('0 * * * *'), {}, { aliases: ['report'] }),
      aReport(inUtc('0 * * * *'), {}, { name: 'test.sweep' }),
    )
    const found = async (name: string) => (await schedules.find('berlin', name)).id
    expect(await found('report')).toBe('test.report/daily')
    expect(await found('report/daily')).toBe('test.report/daily')
    expect(await found('test.sweep')).toBe('test.sweep/daily')
    await expect(found('daily')).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_AMBIGUOUS' })
    await expect(found('weekly')).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_NOT_FOUND' })
    expect(await schedules.list('berlin', { jobName: 'report' })).toMatchObject([{ id: 'test.report/daily' }])
    const [first] = await schedules.list('berlin', { limit: 1 })
    expect(await schedules.list('berlin', { after: first?.id ?? '' })).toMatchObject([
      { id: 'test.sweep/daily' },
    ])
  })

  test('a process without schedules enters none and makes no ticks, whether it leads or not', async () => {
    await process(aReport(inUtc('0 * * * *')))
    const jobs = [aReport(inUtc('0 * * * *')), aReport(inUtc('0 * * * *'), {}, { name: 'test.sweep' })]
    const watched = new FaultyDatabase(database())
    const fixture = anEngine(watched, jobs as AnyJob<unknown>[], { clock, schedules: false })
    const { engine } = fixture
    clock.advance('1h')
    await engine.start()
    await watched.idle()
    clock.advance('1s')
    await watched.idle()
    expect(engine.isLeader).toBe(true)
    expect(await engine.workers.list()).toMatchObject([{ id: engine.workerId, isLeader: true, ticks: false }])
    expect(await engine.scheduler.status('berlin')).toMatchObject({ isRunning: false, processes: 0 })
    expect(await jobsOf('berlin')).toBe(0)
    for (let seconds = 0; seconds < 20; seconds++) {
      clock.advance('1s')
      await watched.idle()
    }
    expect(await engine.workers.list()).toMatchObject([{ id: engine.workerId, isLeader: true }])
    await stopNow(fixture)
  })

  test('who works is told while it lives', async () => {
    const workers = new Workers({ database: database(), clock })
    const { id } = await aLiveWorker()
    clock.advance('10s')
    expect(await workers.list()).toEqual([
      {
        ...{ id, host: 'h', pid: 7, queues: ['default'], concurrency: 3, running: 0, ticks: true },
        ...{ isLeader: false, silentMs: 10_000, startedAt: new Date('2026-01-05T08:00:00Z') },
      },
    ])
    clock.advance('10s')
    expect(await workers.list()).toEqual([])
  })
})
