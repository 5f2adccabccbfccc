import { beforeEach, describe, expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { defineJob, type AnyJob } from '../define-job.js'
import { listJobs } from '../store/find.js'
import { listAllSchedules } from '../store/schedule.js'
import { anEngine, clearJobs } from './engine-fixture.js'
import { aReport, aScheduler, BERLIN, inTenantsZone, inUtc, NEW_YORK, type Scheduler } from './scheduler.js'

const DAILY = 'test.report/daily'
const ANN = 'user:ann'

onEachDatabase((database, kind) => {
  let clock: FakeClock
  beforeEach(async () => {
    await clearJobs(database())
    clock = new FakeClock('2026-01-05T08:00:00Z')
  })

  /** A process with these definitions that has entered its schedules. */
  async function process(...jobs: AnyJob[]): Promise<Scheduler> {
    const scheduler = aScheduler(database(), clock, jobs, { tenants: [BERLIN, NEW_YORK] })
    await scheduler.sync.runOnce()
    return scheduler
  }

  const ticksOf = async (tenantId: string) =>
    (await listJobs(database(), tenantId, { limit: 100 }))
      .map(({ payload }) => (payload as { tick: string }).tick)
      .reverse()

  describe('looking', () => {
    test('a schedule is shown as it holds, with the defaults filled in', async () => {
      const { schedules } = await process(aReport(inTenantsZone('0 2 * * *')))
      expect(await schedules.get('berlin', DAILY)).toEqual({
        id: DAILY,
        jobName: 'test.report',
        name: 'daily',
        tenantId: 'berlin',
        cron: '0 2 * * *',
        timeZone: 'Europe/Berlin',
        every: null,
        overlap: 'allow',
        missed: 'latest',
        jitter: '0s',
        nextAt: new Date('2026-01-06T01:00:00Z'),
        lastAt: null,
        waitingTick: null,
        declared: 'by code',
        changed: null,
        paused: false,
        lastPause: null,
        enabled: true,
        from: { timing: 'code', timeZone: 'code', enabled: 'code' },
      })
    })

    test('a tenant sees its own schedules only, by definition and by whether they are paused', async () => {
      const { schedules } = await process(
        aReport(inUtc('0 2 * * *')),
        aReport({ every: '1h' }, { overlap: 'skip', jitter: '5m' }, { name: 'test.sweep' }),
      )
      await schedules.pause('berlin', DAILY, ANN, 'audit')
      expect(await schedules.list('york')).toHaveLength(2)
      expect(await schedules.list('berlin', { paused: true })).toMatchObject([
        { id: DAILY, tenantId: 'berlin' },
      ])
      expect(await schedules.list('berlin', { jobName: 'test.sweep' })).toMatchObject([
        { id: 'test.sweep/daily', cron: null, timeZone: null, every: '1h', overlap: 'skip', jitter: '5m' },
      ])
    })

    test.each(['test.report/weekly', 'test.report', '', 'nobody/knows/this'])(
      '"%s" is not found',
      async (id) => {
        const { schedules } = await process(aReport(inUtc('0 2 * * *')))
        const notFound = expect.objectContaining({ code: 'JOBS_SCHEDULE_NOT_FOUND' }) as Error
        await expect(schedules.get('berlin', id)).rejects.toThrow(notFound)
        await expect(schedules.update('berlin', id, { jitter: '1m' }, ANN)).rejects.toThrow(notFound)
        await expect(schedules.runNow('berlin', id, ANN)).rejects.toThrow(notFound)
        await expect(schedules.get('elsewhere', DAILY)).rejects.toThrow(notFound)
      },
    )

    test('the next ticks are told, over a change of clocks as well', async () => {
      clock = new FakeClock('2026-03-27T12:00:00Z')
      const { schedules } = await process(aReport(inTenantsZone('30 2 * * *')))
      await schedules.pause('berlin', DAILY, ANN, 'to see')
      expect((await schedules.preview('berlin', DAILY, 3)).map((tick) => tick.toISOString())).toEqual([
        '2026-03-28T01:30:00.000Z',
        '2026-03-29T01:00:00.000Z', // 02:30 is skipped: the first instant after it
        '2026-03-30T00:30:00.000Z',
      ])
    })

    test('the last ticks are told, fifty of them, newest first', async () => {
      const { schedules, ticker } = await process(aReport({ every: '1m' }, { missed: { all: 60 } }))
      clock.advance('1h')
      await ticker.runOnce()
      const history = await schedules.history('berlin', DAILY, { limit: 100 })
      expect(history).toHaveLength(50)
      expect(history[0]).toMatchObject({ at: clock.now(), outcome: 'enqueued', by: null })
      expect(await schedules.history('berlin', DAILY, { limit: 2 })).toHaveLength(2)
    })

    test('a schedule that only another version knows is shown, and cannot be run here', async () => {
      await process(aReport(inUtc('0 2 * * *')))
      const older = await process(defineJob({ ...aReport(inUtc('0 2 * * *')), schedules: [] }))
      expect(await older.schedules.list('berlin')).toMatchObject([{ id: DAILY, declared: 'elsewhere' }])
      await expect(older.schedules.runNow('berlin', DAILY, ANN)).rejects.toThrow(/another version/)
      const stranger = await process()
      await expect(stranger.schedules.runNow('berlin', DAILY, ANN)).rejects.toMatchObject({
        code: 'JOBS_UNKNOWN_DEFINITION',
      })
    })
  })

  describe('changing', () => {
    test('a change holds at once, for this tenant only, and outlives restarts and deployments', async () => {
      const first = await process(aReport(inTenantsZone('0 2 * * *')))
      await first.schedules.update('berlin', DAILY, { cron: '0 5 * * *', overlap: 'skip' }, ANN)
      const deployed = await process(aReport(inTenantsZone('30 2 * * *'), { jitter: '1m' }))
      expect(await deployed.schedules.get('berlin', DAILY)).toMatchObject({
        cron: '0 5 * * *',
        timeZone: 'Europe/Berlin',
        overlap: 'skip',
        jitter: '1m',
        nextAt: new Date('2026-01-06T04:00:00Z'),
        changed: { at: clock.now(), by: ANN, settings: { cron: '0 5 * * *', overlap: 'skip' } },
      })
      expect(await deployed.schedules.get('york', DAILY)).toMatchObject({ cron: '30 2 * * *', changed: null })
      clock.advance('1d')
      await deployed.ticker.runOnce()
      expect(await ticksOf('berlin')).toEqual(['2026-01-06T04:00:00.000Z'])
    })

    test('each setting is changed by itself, and keeps what was changed before', async () => {
      const { schedules } = await process(aReport(inTenantsZone('0 2 * * *')))
      await schedules.update('berlin', DAILY, { timeZone: 'Asia/Tokyo' }, ANN)
      await schedules.update('berlin', DAILY, { missed: { all: 3 } }, ANN)
      await schedules.update('berlin', DAILY, { jitter: '90s' }, 'user:bob')
      expect(await schedules.get('berlin', DAILY)).toMatchObject({
        ...{ cron: '0 2 * * *', timeZone: 'Asia/Tokyo', missed: { all: 3 }, jitter: '90s' },
        changed: { by: 'user:bob', settings: { timeZone: 'Asia/Tokyo', missed: { all: 3 }, jitter: '90s' } },
      })
    })

    test('a cron can become an interval from now, and a cron again', async () => {
      const { schedules } = await process(aReport(inUtc('0 2 * * *')))
      clock.advance('5m')
      expect(await schedules.update('berlin', DAILY, { every: '20m' }, ANN)).toMatchObject({
        cron: null,
        every: '20m',
        nextAt: new Date('2026-01-05T08:25:00Z'),
        changed: { settings: { every: '20m' } },
      })
      const back = { cron: '0 3 * * *', timeZone: 'UTC' }
      expect(await schedules.update('berlin', DAILY, back, ANN)).toMatchObject({ ...back, every: null })
    })

    test('a reset goes back to what the code declares by now', async () => {
      const first = await process(aReport(inUtc('0 2 * * *')))
      await first.schedules.update('berlin', DAILY, { every: '20m', jitter: '1m' }, ANN)
      const { schedules } = await process(aReport(inUtc('30 4 * * *')))
      expect(await schedules.reset('berlin', DAILY, ANN)).toMatchObject({
        ...{ cron: '30 4 * * *', every: null, jitter: '0s', changed: null },
        nextAt: new Date('2026-01-06T04:30:00Z'),
      })
    })

    test.each<[string, object, string]>([
      ['an unknown zone, with the nearest one', { timeZone: 'Europe/Berln' }, 'Europe/Berlin'],
      ['the zone of the tenant, which only code can mean', { timeZone: 'tenant' }, 'IANA'],
      ['a cron and an interval', { cron: '0 2 * * *', every: '5m' }, 'either'],
      ['a jitter that is no duration', { jitter: '5' }, 'jitter'],
      ['an unknown policy', { overlap: 'never' }, 'allow, skip, queue'],
    ])('%s is refused, and changes nothing', async (_, settings, said) => {
      const { schedules } = await process(aReport(inUtc('0 2 * * *')))
      await expect(schedules.update('berlin', DAILY, settings, ANN)).rejects.toMatchObject({
        code: 'JOBS_INVALID_SCHEDULE',
        message: expect.stringContaining(said) as string,
      })
      expect(await schedules.get('berlin', DAILY)).toMatchObject({ changed: null })
    })

    test('a cron that never fires is refused', async () => {
      const { schedules } = await process(aReport(inUtc('0 2 * * *')))
      await expect(schedules.update('berlin', DAILY, { cron: '0 0 30 2 *' }, ANN)).rejects.toMatchObject({
        code: 'TIME_INVALID_CRON',
      })
    })

    test.runIf(kind === 'server')('changes that two people make at once are both kept', async () => {
      const { schedules } = await process(aReport(inUtc('0 2 * * *')))
      await Promise.all([
        schedules.update('berlin', DAILY, { jitter: '1m' }, ANN),
        schedules.update('berlin', DAILY, { overlap: 'skip' }, 'user:bob'),
      ])
      expect(await schedules.get('berlin', DAILY)).toMatchObject({ jitter: '1m', overlap: 'skip' })
    })
  })

  describe('pausing', () => {
    test('a paused schedule does not tick, on no process; it goes on with the first tick after', async () => {
      const { schedules, ticker } = await process(aReport(inUtc('0 * * * *')))
      expect(await schedules.pause('berlin', DAILY, ANN, 'stock-taking')).toMatchObject({
        paused: true,
        nextAt: null,
        lastPause: { at: clock.now(), by: ANN, reason: 'stock-taking' },
      })
      clock.advance('5h')
      const other = await process(aReport(inUtc('30 * * * *')))
      await ticker.runOnce()
      await other.ticker.runOnce()
      expect(await ticksOf('berlin')).toEqual([])
      expect(await schedules.resume('berlin', DAILY, 'user:bob')).toMatchObject({
        paused: false,
        nextAt: new Date('2026-01-05T13:30:00Z'),
        lastPause: { at: clock.now(), by: 'user:bob', reason: null },
      })
      clock.advance('1h')
      await ticker.runOnce()
      expect(await ticksOf('berlin')).toEqual(['2026-01-05T13:30:00.000Z'])
    })

    test('an interval keeps its beat over a pause, and a reset does not end one', async () => {
      const { schedules } = await process(aReport({ every: '10m' }))
      await schedules.pause('berlin', DAILY, ANN, 'audit')
      clock.advance('14m')
      expect(await schedules.reset('berlin', DAILY, ANN)).toMatchObject({ paused: true, nextAt: null })
      expect(await schedules.resume('berlin', DAILY, ANN)).toMatchObject({
        nextAt: new Date('2026-01-05T08:20:00Z'),
      })
    })
  })

  describe('running now', () => {
    test('makes a job of whoever asked, paused or not, and leaves the times alone', async () => {
      const { schedules } = await process(aReport(inUtc('0 2 * * *')))
      await schedules.pause('berlin', DAILY, ANN, 'audit')
      const jobId = await schedules.runNow('berlin', DAILY, 'user:bob')
      expect(await listJobs(database(), 'berlin', { limit: 10 })).toMatchObject([
        { id: jobId, actor: 'user:bob', state: 'waiting', payload: { tick: '2026-01-05T08:00:00.000Z' } },
      ])
      expect(await schedules.history('berlin', DAILY)).toMatchObject([
        { at: clock.now(), outcome: 'enqueued', jobId, by: 'user:bob' },
      ])
      expect(await schedules.get('berlin', DAILY)).toMatchObject({ nextAt: null, lastAt: null })
    })
  })

  describe('schedules that people make', () => {
    const report = aReport(inUtc('0 2 * * *'))
    const wish = {
      ...{ jobName: 'test.report', name: 'hourly', payload: { tick: 'by hand' } },
      ...{ cron: '0 * * * *', timeZone: 'Asia/Kolkata', missed: { all: 2 } },
    } as const

    test('run as those of the code do, and outlive restarts', async () => {
      const { schedules } = await process(report)
      expect(await schedules.create('berlin', wish, ANN)).toMatchObject({
        ...{ id: 'test.report/hourly', declared: 'by people', missed: { all: 2 } },
        ...{ nextAt: new Date('2026-01-05T08:30:00Z'), changed: { by: ANN } },
      })
      for (let minute = 0; minute < 20; minute += 5) {
        clock.advance('5m')
        await process(report)
      }
      clock.advance('2h')
      const restarted = await process(report)
      await restarted.ticker.runOnce()
      const history = await restarted.schedules.history('berlin', 'test.report/hourly')
      expect(history.map(({ at }) => at.toISOString())).toEqual([
        '2026-01-05T09:30:00.000Z',
        '2026-01-05T08:30:00.000Z',
      ])
      expect(await ticksOf('berlin')).toEqual(['by hand', 'by hand'])
      expect(await schedules.list('york')).toHaveLength(1)
    })

    test('can be changed, paused and removed, but not reset', async () => {
      const { schedules, sync, ticker } = await process(report)
      await schedules.create('berlin', wish, ANN)
      const id = 'test.report/hourly'
      expect(await schedules.update('berlin', id, { every: '2h' }, ANN)).toMatchObject({ every: '2h' })
      await expect(schedules.reset('berlin', id, ANN)).rejects.toMatchObject({
        code: 'JOBS_INVALID_SCHEDULE',
      })
      await schedules.runNow('berlin', id, ANN)
      await schedules.delete('berlin', id)
      await sync.runOnce()
      clock.advance('3h')
      await ticker.runOnce()
      expect(await schedules.list('berlin')).toMatchObject([{ id: DAILY }])
      expect(await ticksOf('berlin')).toHaveLength(1)
      expect(await schedules.history('berlin', id)).toEqual([])
    })

    test('are put back when a process of the version before has deleted their row', async () => {
      const { schedules, sync } = await process(report)
      await schedules.create('berlin', wish, ANN)
      await database().query('DELETE FROM linehaul.schedule')
      await sync.runOnce()
      expect(await schedules.list('berlin')).toMatchObject([
        { id: DAILY },
        { id: 'test.report/hourly', missed: { all: 2 } },
      ])
    })

    test.each<[string, object, string]>([
      ['an unknown definition, with the nearest', { jobName: 'test.repport' }, 'JOBS_UNKNOWN_DEFINITION'],
      ['a payload that does not fit', { payload: { tock: 1 } }, 'JOBS_INVALID_PAYLOAD'],
      ['the name of one that the code declares', { name: 'daily' }, 'JOBS_SCHEDULE_EXISTS'],
      ['a name that is none', { name: 'a/b' }, 'JOBS_INVALID_SCHEDULE'],
      ['no timing', { cron: undefined, timeZone: undefined }, 'JOBS_INVALID_SCHEDULE'],
      ['a cron that is none', { cron: '@hourly' }, 'TIME_INVALID_CRON'],
    ])('%s is refused', async (_, wrong, code) => {
      const { schedules } = await process(report)
      await expect(schedules.create('berlin', { ...wish, ...wrong } as never, ANN)).rejects.toMatchObject({
        code,
      })
      expect(await listAllSchedules(database())).toHaveLength(2)
    })

    test('two of one name are refused, and so is removing one of the code', async () => {
      const { schedules } = await process(report)
      await schedules.create('berlin', wish, ANN)
      await expect(schedules.create('berlin', wish, ANN)).rejects.toMatchObject({
        code: 'JOBS_SCHEDULE_EXISTS',
      })
      await schedules.create('york', wish, ANN)
      await expect(schedules.delete('berlin', DAILY)).rejects.toMatchObject({ code: 'JOBS_INVALID_SCHEDULE' })
    })
  })

  test('an engine has them', async () => {
    await process(aReport(inUtc('0 2 * * *')))
    const { engine } = anEngine(database(), [aReport(inUtc('0 2 * * *'))], { clock })
    expect(await engine.schedules.list('berlin')).toHaveLength(1)
  })
})
