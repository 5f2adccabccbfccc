import { beforeEach, describe, expect, test } from 'vitest'

import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { Clock } from '../../time/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import type { TenantZone } from '../schedule/declared-schedules.js'
import { defineJob, type AnyJob } from '../define-job.js'
import { findJob, listJobs, type StoredJob } from '../store/find.js'
import { listAllSchedules } from '../store/schedule.js'
import { anEngine, clearJobs, stopNow } from './engine-fixture.js'
import { aReport, aScheduler, BERLIN, inTenantsZone, inUtc, NEW_YORK } from './scheduler.js'

/** What this file's processes of the version before did, word for word. */
const FORMER = {
  upsert: `INSERT INTO linehaul.schedule (job_name, schedule_name, tenant_id, cron, time_zone, next_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (job_name, schedule_name, tenant_id) DO UPDATE
SET cron = EXCLUDED.cron, time_zone = EXCLUDED.time_zone, next_at = EXCLUDED.next_at
WHERE (schedule.cron, schedule.time_zone) IS DISTINCT FROM (EXCLUDED.cron, EXCLUDED.time_zone)`,
  lockDue: `SELECT job_name, next_at, coalesce($4::timestamptz, now()) AS "now"
FROM linehaul.schedule
WHERE job_name = $1 AND schedule_name = $2 AND tenant_id = $3 AND next_at <= coalesce($4::timestamptz, now())
FOR UPDATE SKIP LOCKED`,
  recordTick: `UPDATE linehaul.schedule SET last_at = $4, next_at = $5
WHERE job_name = $1 AND schedule_name = $2 AND tenant_id = $3`,
  delete: 'DELETE FROM linehaul.schedule WHERE job_name = $1 AND schedule_name = $2 AND tenant_id = $3',
}

onEachDatabase((database, kind) => {
  let clock: FakeClock
  beforeEach(async () => {
    await clearJobs(database())
    clock = new FakeClock('2026-01-05T08:00:00Z')
  })

  const process = (
    jobs: readonly AnyJob[],
    tenants: readonly TenantZone[] = [BERLIN],
    ownClock: Clock = clock,
  ) => aScheduler(database(), ownClock, jobs, { tenants })

  const rows = () => listAllSchedules(database())
  const nextTimes = async () =>
    Object.fromEntries((await rows()).map(({ tenantId, nextAt }) => [tenantId, nextAt?.toISOString()]))
  const jobsOf = (tenantId: string): Promise<readonly StoredJob[]> =>
    listJobs(database(), tenantId, { limit: 100 })
  /** Oldest first. */
  const ticksOf = async (tenantId: string) =>
    (await jobsOf(tenantId)).map(({ payload }) => (payload as { tick: string }).tick).reverse()

  describe('entering schedules', () => {
    test('every tenant has its own, in its own zone', async () => {
      await process([aReport(inTenantsZone('0 2 * * *'))], [NEW_YORK, BERLIN]).sync.runOnce()
      expect(await nextTimes()).toEqual({
        york: '2026-01-06T07:00:00.000Z',
        berlin: '2026-01-06T01:00:00.000Z',
      })
    })

    test('a tenant whose zone is unknown is told, and holds up no other', async () => {
      const lost = { id: 'lost', timeZone: 'Mars/Olympus_Mons' }
      const { sync, errors } = process([aReport(inTenantsZone('0 2 * * *'))], [lost, BERLIN])
      await sync.runOnce()
      expect(Object.keys(await nextTimes())).toEqual(['berlin'])
      expect(errors).toMatchObject([{ code: 'JOBS_UNKNOWN_ZONE' }])
    })

    test('a schedule with a zone of its own keeps it for all tenants', async () => {
      await process([aReport(inUtc('0 2 * * *'))], [NEW_YORK, BERLIN]).sync.runOnce()
      expect(new Set(Object.values(await nextTimes()))).toEqual(new Set(['2026-01-06T02:00:00.000Z']))
    })

    test('one for the whole instance is the default tenant’s, whoever else there is', async () => {
      const { sync, ticker } = process([aReport(inUtc('0 2 * * *'), { perTenant: false })], [])
      await sync.runOnce()
      expect(await nextTimes()).toEqual({ default: '2026-01-06T02:00:00.000Z' })
      clock.advance('1d')
      await ticker.runOnce()
      expect(await ticksOf('default')).toEqual(['2026-01-06T02:00:00.000Z'])
    })

    test('a tenant that changes its zone gets new times', async () => {
      const report = aReport(inTenantsZone('0 2 * * *'))
      await process([report], [NEW_YORK]).sync.runOnce()
      await process([report], [{ ...NEW_YORK, timeZone: 'Asia/Tokyo' }]).sync.runOnce()
      expect(await nextTimes()).toEqual({ york: '2026-01-05T17:00:00.000Z' })
    })

    test('a definition that changes its cron gets new times', async () => {
      await process([aReport(inTenantsZone('0 2 * * *'))]).sync.runOnce()
      await process([aReport(inTenantsZone('30 4 * * *'))]).sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-06T03:30:00.000Z' })
    })

    test('one that did not change keeps a tick that is due', async () => {
      const { sync } = process([aReport(inTenantsZone('0 2 * * *'))])
      await sync.runOnce()
      clock.advance('3d')
      await sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-06T01:00:00.000Z' })
    })

    test('one that ticks while its new times are computed keeps those of the tick', async () => {
      await process([aReport(inUtc('0 2 * * *'))]).sync.runOnce()
      const faulty = new FaultyDatabase(database())
      const changed = aScheduler(faulty, clock, [aReport(inUtc('30 2 * * *'))])
      const hold = faulty.holdNext(/-- list schedules/)
      const syncing = changed.sync.runOnce()
      await hold.reached
      clock.advance('1d')
      await process([aReport(inUtc('0 2 * * *'))]).ticker.runOnce()
      hold.release()
      await syncing
      expect(await nextTimes()).toEqual({ berlin: '2026-01-07T02:00:00.000Z' })
      await changed.sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-07T02:30:00.000Z' })
      expect(await ticksOf('berlin')).toHaveLength(1)
    })

    test('however many tenants there are, comparing takes two statements', async () => {
      const [daily] = aReport(inTenantsZone('0 2 * * *')).schedules
      const schedules = Array.from({ length: 10 }, (_, n) => ({ ...daily, name: `daily-${n}` }) as never)
      const job = defineJob({ ...aReport(inTenantsZone('0 2 * * *')), schedules })
      const tenants = Array.from({ length: 200 }, (_, n) => ({ ...BERLIN, id: `tenant ${n}` }))
      const counting = new FaultyDatabase(database())
      const { sync } = aScheduler(counting, clock, [job], { tenants })
      expect(await sync.runOnce()).toMatchObject({ declared: 2_000, entered: 2_000 })
      let statements = 0
      const query = counting.query.bind(counting)
      counting.query = (sql, parameters) => {
        statements += 1
        return query(sql, parameters)
      }
      expect(await sync.runOnce()).toEqual({ declared: 2_000, entered: 0, rearranged: 0, removed: 0 })
      expect(statements).toBe(2)
    })
  })

  describe('schedules that are declared no more', () => {
    const report = aReport(inTenantsZone('0 2 * * *'))

    test('disappear, or their tenant does, once no process has declared them for ten minutes', async () => {
      await process([report], [NEW_YORK, BERLIN]).sync.runOnce()
      const { sync } = process([report], [BERLIN])
      await sync.runOnce()
      clock.advance('9m')
      await sync.runOnce()
      expect(Object.keys(await nextTimes()).sort()).toEqual(['berlin', 'york'])
      clock.advance('2m')
      expect(await sync.runOnce()).toMatchObject({ removed: 1 })
      expect(Object.keys(await nextTimes())).toEqual(['berlin'])
    })

    test('stay while another version of the program declares them', async () => {
      const [older, newer] = [process([report]), process([defineJob({ ...report, schedules: [] })])]
      for (let minute = 0; minute < 24; minute += 4) {
        await older.sync.runOnce()
        expect(await newer.sync.runOnce()).toMatchObject({ removed: 0 })
        clock.advance('4m')
      }
      expect(await nextTimes()).toEqual({ berlin: '2026-01-06T01:00:00.000Z' })
    })

    test('stay for a while after a long outage, for their version may start a little later', async () => {
      await process([report]).sync.runOnce()
      clock.advance('30d')
      await process([defineJob({ ...report, schedules: [] })]).sync.runOnce()
      expect(Object.keys(await nextTimes())).toEqual(['berlin'])
    })

    test('are left alone when only another version knows their definition', async () => {
      await process([report]).sync.runOnce()
      const stranger = process([])
      await stranger.sync.runOnce()
      clock.advance('1h')
      await stranger.sync.runOnce()
      expect(Object.keys(await nextTimes())).toEqual(['berlin'])
    })

    test('are those of the new name when their definition is renamed, times and ticks and all', async () => {
      const former = process([report])
      await former.sync.runOnce()
      clock.advance('1d')
      await former.ticker.runOnce()
      await former.schedules.update('berlin', 'test.report/daily', { missed: { all: 2 } }, 'user:ann')
      clock.advance('3d')
      const renamed = process([
        aReport(inTenantsZone('0 2 * * *'), {}, { name: 'test.review', aliases: ['test.report'] }),
      ])
      await renamed.sync.runOnce()
      await renamed.ticker.runOnce()
      expect(await rows()).toMatchObject([{ jobName: 'test.review', missed: 'all 2' }])
      expect(await renamed.schedules.history('berlin', 'test.review/daily')).toHaveLength(3)
    })
  })

  describe('ticking', () => {
    test('nothing is enqueued before its time, and one job at its time', async () => {
      const { sync, ticker } = process([aReport(inTenantsZone('0 2 * * *'))])
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

    test('an interval runs at its distance from when it was entered, seen late or not, restarted or not', async () => {
      const report = aReport({ every: '15m' })
      const { sync, ticker } = process([report])
      await sync.runOnce()
      for (const late of ['16m', '17m', '14m'] as const) {
        clock.advance(late)
        await process([report]).sync.runOnce()
        await ticker.runOnce()
      }
      expect(await ticksOf('berlin')).toEqual([
        '2026-01-05T08:15:00.000Z',
        '2026-01-05T08:30:00.000Z',
        '2026-01-05T08:45:00.000Z',
      ])
    })

    test('jitter moves the run time of the job, not the tick', async () => {
      const report = aReport(inUtc('0 2 * * *'), { jitter: '10m' })
      const { sync, ticker } = aScheduler(database(), clock, [report], { random: () => 0.3 })
      await sync.runOnce()
      clock.advance('18h')
      await ticker.runOnce()
      expect(await jobsOf('berlin')).toMatchObject([
        {
          payload: { tick: '2026-01-06T02:00:00.000Z' },
          state: 'scheduled',
          runAt: new Date('2026-01-06T02:03:00Z'),
        },
      ])
    })

    test('on the day when clocks are put back a nightly job runs once, and an hourly one each real hour', async () => {
      clock = new FakeClock('2026-10-24T22:00:00Z')
      const nightly = aReport(inTenantsZone('30 2 * * *'), {}, { name: 'test.nightly' })
      const hourly = aReport(inTenantsZone('30 * * * *'), {}, { name: 'test.hourly' })
      const { sync, ticker } = process([nightly, hourly])
      await sync.runOnce()
      for (let hour = 0; hour < 6; hour++) {
        clock.advance('1h')
        await ticker.runOnce()
      }
      const names = (await jobsOf('berlin')).map(({ name }) => name)
      expect(names.filter((name) => name === 'test.nightly')).toHaveLength(1)
      expect(names.filter((name) => name === 'test.hourly')).toHaveLength(6)
    })

    test('a tick whose job cannot be written is not taken for done', async () => {
      const report = aReport(inTenantsZone('0 2 * * *'))
      await process([report]).sync.runOnce()
      const faulty = new FaultyDatabase(database())
      const { ticker, errors } = aScheduler(faulty, clock, [report])
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
        ...aReport(inTenantsZone('0 2 * * *')),
        name: 'test.broken',
        schedules: [
          { name: 'daily', cron: '0 1 * * *', timeZone: 'tenant', payload: () => ({}) as { tick: string } },
        ],
      })
      const { sync, ticker, errors } = process([broken, aReport(inTenantsZone('0 2 * * *'))])
      await sync.runOnce()
      clock.advance('1d')
      expect(await ticker.runOnce()).toEqual({ ticked: 1 })
      expect(errors).toMatchObject([{ code: 'JOBS_INVALID_PAYLOAD' }])
      expect((await jobsOf('berlin')).map(({ name }) => name)).toEqual(['test.report'])
    })

    test('schedules that nobody here knows hold up no other, however many are due', async () => {
      const tenants = Array.from({ length: 250 }, (_, n) => ({ ...BERLIN, id: `tenant ${n}` }))
      const foreign = aReport(inUtc('0 1 * * *'), {}, { name: 'test.foreign' })
      await process([foreign], tenants).sync.runOnce()
      const { sync, ticker, errors } = process([aReport(inUtc('0 2 * * *'))])
      await sync.runOnce()
      clock.advance('1d')
      expect(await ticker.runOnce()).toEqual({ ticked: 1 })
      expect(errors).toEqual([])
    })

    test('all that are due at one instant run in one round', async () => {
      const tenants = Array.from({ length: 250 }, (_, n) => ({ ...BERLIN, id: `tenant ${n}` }))
      const { sync, ticker } = process([aReport(inUtc('0 2 * * *'))], tenants)
      await sync.runOnce()
      clock.advance('1d')
      expect(await ticker.runOnce()).toEqual({ ticked: 250 })
    })

    test.runIf(kind === 'server')('processes that tick at once make one job for each tick', async () => {
      const processes = [1, 2, 3].map(() => process([aReport(inUtc('* * * * *'))], [NEW_YORK, BERLIN]))
      await processes[0]?.sync.runOnce()
      for (let minute = 0; minute < 10; minute++) {
        clock.advance('1m')
        await Promise.all(processes.map(({ ticker }) => ticker.runOnce()))
      }
      expect(new Set(await ticksOf('berlin')).size).toBe(10)
      expect(await ticksOf('berlin')).toHaveLength(10)
      expect(await ticksOf('york')).toHaveLength(10)
      expect(processes.flatMap(({ errors }) => errors)).toEqual([])
    })

    test.each(['-5h', '+5h'])(
      'a process whose own clock is wrong by %s neither doubles a tick nor skips one',
      async (wrong) => {
        const wrongMs = (wrong === '-5h' ? -5 : 5) * 3_600_000
        const wrongClock: Clock = {
          now: () => new Date(clock.now().getTime() + wrongMs),
          statementTime: () => clock.statementTime(),
          monotonicMs: () => clock.monotonicMs(),
          after: (ms, action) => clock.after(ms, action),
        }
        const jobs = [aReport(inUtc('0 * * * *')), aReport({ every: '40m' }, {}, { name: 'test.often' })]
        const processes = [process(jobs, [BERLIN], wrongClock), process(jobs)]
        await processes[0]?.sync.runOnce()
        for (let n = 0; n < 24; n++) {
          clock.advance('10m')
          for (const { sync, ticker } of n % 2 ? processes : [...processes].reverse()) {
            await sync.runOnce()
            await ticker.runOnce()
          }
        }
        const named = (name: string, jobs: readonly StoredJob[]) => jobs.filter((job) => job.name === name)
        expect(named('test.report', await jobsOf('berlin'))).toHaveLength(4)
        expect(named('test.often', await jobsOf('berlin'))).toHaveLength(6)
        expect(new Set(await ticksOf('berlin')).size).toBe(8) // 10:00 and 12:00 are ticks of both
      },
    )

    test('a started engine enters its schedules and runs their jobs by itself', async () => {
      const faulty = new FaultyDatabase(database())
      const report = aReport(inTenantsZone('0 2 * * *'))
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

  describe('ticks that nobody was there to see', () => {
    test.each<[string, Parameters<typeof aReport>[1], string[]]>([
      ['only the latest is made up for', {}, ['2026-01-09T02:00:00.000Z']],
      ['none is, where that is asked for', { missed: 'skip' }, []],
      [
        'the newest few are, oldest first, where that is asked for',
        { missed: { all: 3 } },
        ['2026-01-07T02:00:00.000Z', '2026-01-08T02:00:00.000Z', '2026-01-09T02:00:00.000Z'],
      ],
    ])('%s', async (_, options, expected) => {
      const { sync, ticker, schedules } = process([aReport(inUtc('0 2 * * *'), options)])
      await sync.runOnce()
      clock.advance('4d')
      await ticker.runOnce()
      expect(await ticksOf('berlin')).toEqual(expected)
      expect(await nextTimes()).toEqual({ berlin: '2026-01-10T02:00:00.000Z' })
      const [last] = await schedules.history('berlin', 'test.report/daily')
      expect(last).toMatchObject({ at: new Date('2026-01-09T02:00:00Z') })
      expect(last?.outcome).toBe(expected.length > 0 ? 'enqueued' : 'missed')
    })

    test('of a month of minutes the newest ten are made up for in a moment', async () => {
      const { sync, ticker } = process([aReport(inTenantsZone('* * * * *'), { missed: { all: 10 } })])
      await sync.runOnce()
      clock.advance('30d')
      const began = performance.now()
      await ticker.runOnce()
      expect(performance.now() - began).toBeLessThan(5_000) // 0.1 s; there were 43,200
      expect(await ticksOf('berlin')).toHaveLength(10)
      expect((await ticksOf('berlin')).at(-1)).toBe('2026-02-04T08:00:00.000Z')
    })
  })

  test('very many ticks that many schedules missed are made up for in several rounds', async () => {
    const tenants = Array.from({ length: 7 }, (_, n) => ({ ...BERLIN, id: `tenant ${n}` }))
    const { sync, ticker } = process([aReport({ every: '1m' }, { missed: { all: 1_000 } })], tenants)
    await sync.runOnce()
    clock.advance('2d')
    expect(await ticker.runOnce()).toEqual({ ticked: 5 })
    expect(await ticker.runOnce()).toEqual({ ticked: 2 })
    expect(await ticker.runOnce()).toEqual({ ticked: 0 })
  })

  describe('while a job of the schedule is not finished', () => {
    const minutely = (overlap: 'allow' | 'skip' | 'queue') => aReport(inUtc('* * * * *'), { overlap })
    const finish = () => database().query('DELETE FROM linehaul.job')

    async function tickThrice(overlap: 'allow' | 'skip' | 'queue') {
      const scheduler = process([minutely(overlap)])
      await scheduler.sync.runOnce()
      for (let minute = 0; minute < 3; minute++) {
        clock.advance('1m')
        await scheduler.ticker.runOnce()
      }
      return scheduler
    }

    test('the next is made all the same', async () => {
      await tickThrice('allow')
      expect(await ticksOf('berlin')).toHaveLength(3)
    })

    test('none is made, where that is asked for, and the ticks left out are kept', async () => {
      const { ticker, schedules } = await tickThrice('skip')
      expect(await ticksOf('berlin')).toEqual(['2026-01-05T08:01:00.000Z'])
      const outcomes = (await schedules.history('berlin', 'test.report/daily')).map(({ outcome }) => outcome)
      expect(outcomes).toEqual(['skipped', 'skipped', 'enqueued'])
      await finish()
      clock.advance('1m')
      await ticker.runOnce()
      expect(await ticksOf('berlin')).toEqual(['2026-01-05T08:04:00.000Z'])
    })

    test('the newest tick waits, where that is asked for, until it has ended', async () => {
      const { ticker, schedules } = await tickThrice('queue')
      expect(await ticksOf('berlin')).toEqual(['2026-01-05T08:01:00.000Z'])
      expect(await schedules.get('berlin', 'test.report/daily')).toMatchObject({
        waitingTick: new Date('2026-01-05T08:03:00Z'),
      })
      await finish()
      clock.advance('1s')
      expect(await ticker.runOnce()).toEqual({ ticked: 1 })
      expect(await ticker.runOnce()).toEqual({ ticked: 0 })
      expect(await ticksOf('berlin')).toEqual(['2026-01-05T08:03:00.000Z'])
      const history = await schedules.history('berlin', 'test.report/daily')
      expect(history.map(({ outcome }) => outcome)).toEqual(['enqueued', 'skipped', 'enqueued'])
    })

    test('a job asked for by hand counts as well', async () => {
      const { sync, ticker, schedules } = process([minutely('skip')])
      await sync.runOnce()
      await schedules.runNow('berlin', 'test.report/daily', 'user:ann')
      clock.advance('1m')
      await ticker.runOnce()
      expect(await jobsOf('berlin')).toMatchObject([{ actor: 'user:ann' }])
    })

    test('it is known for as long as it takes, though only the last fifty ticks are kept', async () => {
      const { sync, ticker, schedules } = process([
        aReport(inUtc('* * * * *'), { overlap: 'skip', missed: { all: 60 } }),
      ])
      await sync.runOnce()
      for (const late of ['1m', '1h', '1m'] as const) {
        clock.advance(late)
        await ticker.runOnce()
      }
      expect(await ticksOf('berlin')).toEqual(['2026-01-05T08:01:00.000Z'])
      const history = await schedules.history('berlin', 'test.report/daily', { limit: 100 })
      expect(history).toHaveLength(51)
      expect(history.at(-1)).toMatchObject({ outcome: 'enqueued', at: new Date('2026-01-05T08:01:00Z') })
    })
  })

  describe('beside processes of the version before', () => {
    const key = ['test.report', 'daily', 'berlin']
    const report = aReport(inUtc('0 2 * * *'))

    test('the rows that they enter tick, and keep a tick that is due', async () => {
      await database().query(FORMER.upsert, [...key, '0 2 * * *', 'UTC', new Date('2026-01-05T02:00:00Z')])
      const { sync, ticker } = process([report])
      await sync.runOnce()
      await ticker.runOnce()
      expect(await ticksOf('berlin')).toEqual(['2026-01-05T02:00:00.000Z'])
      expect(await nextTimes()).toEqual({ berlin: '2026-01-06T02:00:00.000Z' })
    })

    test('they can lock, tick, enter and delete ours', async () => {
      const { sync } = process([report])
      await sync.runOnce()
      clock.advance('1d')
      expect(await database().query(FORMER.lockDue, [...key, clock.now()])).toHaveLength(1)
      await database().query(FORMER.recordTick, [...key, clock.now(), new Date('2026-01-07T02:00:00Z')])
      await sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-07T02:00:00.000Z' })
      await database().query(FORMER.upsert, [...key, '0 3 * * *', 'UTC', new Date('2026-01-07T03:00:00Z')])
      await sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-07T02:00:00.000Z' })
      await database().query(FORMER.delete, key)
      await sync.runOnce()
      expect(await nextTimes()).toEqual({ berlin: '2026-01-07T02:00:00.000Z' })
    })
  })
})
