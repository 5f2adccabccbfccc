import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { defineJob, type AnyJob } from '../define-job.js'
import { Registry } from '../registry.js'
import { ScheduleSync, type TenantZone } from '../schedule-sync.js'
import type { JobView } from '../store/find.js'
import { findJob, listJobs } from '../store/find.js'
import { listSchedules } from '../store/schedule.js'
import { Ticker } from '../ticker.js'
import { aClient, anEngine, clearJobs, stopNow } from './engine-fixture.js'

const NEW_YORK: TenantZone = { id: 'york', timeZone: 'America/New_York' }
const BERLIN: TenantZone = { id: 'berlin', timeZone: 'Europe/Berlin' }

const aReport = (cron: string, timeZone = 'tenant', uniqueKey?: () => string) =>
  defineJob({
    name: 'test.report',
    queue: 'default',
    payload: z.object({ tick: z.string() }),
    schedules: [{ name: 'daily', cron, timeZone, payload: (tick) => ({ tick: tick.toISOString() }) }],
    ...(uniqueKey && { uniqueKey }),
    run: async () => undefined,
  })

onEachDatabase((database, kind) => {
  let clock: FakeClock
  let errors: unknown[]
  const onError = (error: unknown) => errors.push(error)
  beforeEach(async () => {
    await clearJobs(database())
    errors = []
    clock = new FakeClock('2026-01-05T08:00:00Z')
  })

  /** What one process has of the scheduler. */
  function aScheduler(jobs: readonly AnyJob[], tenants: readonly TenantZone[]) {
    const registry = new Registry<never>(jobs)
    const client = aClient(database(), registry, clock)
    return {
      sync: new ScheduleSync(database(), registry, async () => tenants, clock, onError),
      ticker: new Ticker({ database: database(), registry, clock }, client, onError),
    }
  }

  const nextTimes = async () =>
    Object.fromEntries(
      (await listSchedules(database())).map(({ tenantId, nextAt }) => [tenantId, nextAt?.toISOString()]),
    )
  const jobsOf = (tenantId: string): Promise<readonly JobView[]> =>
    listJobs(database(), tenantId, { limit: 100 })

  describe('entering schedules', () => {
    test('every tenant has its own, in its own zone', async () => {
      await aScheduler([aReport('0 2 * * *')], [NEW_YORK, BERLIN]).sync.runOnce()
      expect(await nextTimes()).toEqual({
        york: '2026-01-06T07:00:00.000Z',
        berlin: '2026-01-06T01:00:00.000Z',
      })
    })

    test('a tenant whose zone is unknown is told, and holds up no other', async () => {
      const lost = { id: 'lost', timeZone: 'Mars/Olympus_Mons' }
      await aScheduler([aReport('0 2 * * *')], [lost, BERLIN]).sync.runOnce()
      expect(Object.keys(await nextTimes())).toEqual(['berlin'])
      expect(errors).toMatchObject([{ code: 'JOBS_UNKNOWN_ZONE' }])
    })

    test('a schedule with a zone of its own keeps it for all tenants', async () => {
      await aScheduler([aReport('0 2 * * *', 'UTC')], [NEW_YORK, BERLIN]).sync.runOnce()
      expect(new Set(Object.values(await nextTimes()))).toEqual(new Set(['2026-01-06T02:00:00.000Z']))
    })

    test('a tenant that changes its zone gets new times', async () => {
      await aScheduler([aReport('0 2 * * *')], [NEW_YORK]).sync.runOnce()
      await aScheduler([aReport('0 2 * * *')], [{ ...NEW_YORK, timeZone: 'Asia/Tokyo' }]).sync.runOnce()
      expect(await nextTimes()).toEqual({ york: '2026-01-05T17:00:00.000Z' })
    })

    test('a definition that changes its cron gets new times', async () => {
      await aScheduler([aReport('0 2 * * *')], [BERLIN]).sync.runOnce()
      await aScheduler([aReport('30 4 * * *')], [BERLIN]).sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-06T03:30:00.000Z' })
    })

    test('one that did not change keeps a tick that is due', async () => {
      const { sync } = aScheduler([aReport('0 2 * * *')], [BERLIN])
      await sync.runOnce()
      clock.advance('3d')
      await sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-06T01:00:00.000Z' })
    })

    test('a schedule, or a tenant, that is declared no more disappears', async () => {
      await aScheduler([aReport('0 2 * * *')], [NEW_YORK, BERLIN]).sync.runOnce()
      await aScheduler([aReport('0 2 * * *')], [BERLIN]).sync.runOnce()
      expect(Object.keys(await nextTimes())).toEqual(['berlin'])
      await aScheduler([defineJob({ ...aReport('0 2 * * *'), schedules: [] })], [BERLIN]).sync.runOnce()
      expect(await nextTimes()).toEqual({})
    })

    test('schedules of definitions that only another version knows are left alone', async () => {
      await aScheduler([aReport('0 2 * * *')], [BERLIN]).sync.runOnce()
      await aScheduler([], [BERLIN]).sync.runOnce()
      expect(Object.keys(await nextTimes())).toEqual(['berlin'])
    })
  })

  describe('ticking', () => {
    test('nothing is enqueued before its time, and one job at its time', async () => {
      const { sync, ticker } = aScheduler([aReport('0 2 * * *')], [BERLIN])
      await sync.runOnce()
      clock.advance('16h')
      clock.advance('59m')
      expect(await ticker.runOnce()).toEqual({ ticked: 0 })
      clock.advance('1m')
      expect(await ticker.runOnce()).toEqual({ ticked: 1 })
      expect(await ticker.runOnce()).toEqual({ ticked: 0 })
      expect(await jobsOf('berlin')).toMatchObject([
        {
          payload: { tick: '2026-01-06T01:00:00.000Z' },
          actor: 'schedule:test.report/daily',
          state: 'waiting',
        },
      ])
      expect(await nextTimes()).toEqual({ berlin: '2026-01-07T01:00:00.000Z' })
    })

    test('of ticks that nobody was there to see only the latest is made up for', async () => {
      const { sync, ticker } = aScheduler([aReport('0 2 * * *')], [BERLIN])
      await sync.runOnce()
      clock.advance('4d')
      await ticker.runOnce()
      expect((await jobsOf('berlin')).map(({ payload }) => payload)).toEqual([
        { tick: '2026-01-09T01:00:00.000Z' },
      ])
      expect(await nextTimes()).toEqual({ berlin: '2026-01-10T01:00:00.000Z' })
    })

    test('a tick whose job cannot be written is not taken for done', async () => {
      const { sync } = aScheduler([aReport('0 2 * * *')], [BERLIN])
      await sync.runOnce()
      const faulty = new FaultyDatabase(database())
      const registry = new Registry<never>([aReport('0 2 * * *')])
      const client = aClient(faulty, registry, clock)
      const ticker = new Ticker({ database: faulty, registry, clock }, client, onError)
      clock.advance('1d')
      faulty.failNext(/^COMMIT$/)
      expect(await ticker.runOnce()).toEqual({ ticked: 0 })
      expect(errors).toMatchObject([{ code: 'DATABASE_UNAVAILABLE' }])
      expect(await jobsOf('berlin')).toEqual([])
      expect(await ticker.runOnce()).toEqual({ ticked: 1 })
      expect(await jobsOf('berlin')).toHaveLength(1)
    })

    test('a schedule whose payload cannot be made is told, and holds up no other', async () => {
      const broken = defineJob({
        ...aReport('0 2 * * *'),
        name: 'test.broken',
        schedules: [
          { name: 'daily', cron: '0 1 * * *', timeZone: 'tenant', payload: () => ({}) as { tick: string } },
        ],
      })
      const { sync, ticker } = aScheduler([broken, aReport('0 2 * * *')], [BERLIN])
      await sync.runOnce()
      clock.advance('1d')
      expect(await ticker.runOnce()).toEqual({ ticked: 1 })
      expect(errors).toMatchObject([{ code: 'JOBS_INVALID_PAYLOAD' }])
      expect((await jobsOf('berlin')).map(({ name }) => name)).toEqual(['test.report'])
    })

    test.runIf(kind === 'server')('two processes that tick at once make one job for each tick', async () => {
      const schedulers = [1, 2].map(() => aScheduler([aReport('* * * * *')], [NEW_YORK, BERLIN]))
      await schedulers[0]?.sync.runOnce()
      for (let minute = 0; minute < 10; minute++) {
        clock.advance('1m')
        await Promise.all(schedulers.map(({ ticker }) => ticker.runOnce()))
      }
      const ticks = (await jobsOf('berlin')).map(({ payload }) => (payload as { tick: string }).tick)
      expect(ticks).toHaveLength(10)
      expect(new Set(ticks).size).toBe(10)
      expect(await jobsOf('york')).toHaveLength(10)
    })

    test('a started engine enters its schedules and runs their jobs by itself', async () => {
      const faulty = new FaultyDatabase(database())
      const report = aReport('0 2 * * *')
      const fixture = anEngine(faulty, [report], { clock, tenants: async () => [BERLIN] })
      await fixture.engine.start()
      await faulty.idle()
      const done = fixture.engine.signals.next('attempt.ended')
      clock.advance('17h')
      const { jobId } = await done
      await stopNow(fixture)
      expect(await findJob(database(), 'berlin', jobId)).toMatchObject({ state: 'done' })
    })
  })
})
