import { beforeEach, expect, test } from 'vitest'

import { newId, type Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { AlertWatcher } from '../alert/alert-watcher.js'
import { DEFAULT_THRESHOLDS } from '../alert/thresholds.js'
import { Registry } from '../registry.js'
import { listAlertFacts } from '../store/alert-facts.js'
import { addMinutes, type MinuteRow } from '../store/queue-minute.js'
import { aJob } from './engine-fixture.js'
import { eachTestHasAWorkbench } from './workbench.js'

const MINUTE = 60_000

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  const told: string[] = []

  beforeEach(() => {
    told.length = 0
    for (const signal of ['alert.raised', 'alert.cleared'] as const)
      bench().engine.signals.on(signal, ({ tenantId, queue, kind }) =>
        told.push(`${signal} ${tenantId} ${queue} ${kind}`),
      )
  })

  function aWatcher(db: Database = bench().database): AlertWatcher {
    const { clock, engine, work } = bench()
    const registry = new Registry<never>([work as never])
    return new AlertWatcher({ database: db, registry, clock, signals: engine.signals })
  }

  async function look(watcher: AlertWatcher, times = 2): Promise<void> {
    for (let n = 0; n < times; n++) {
      bench().clock.advance('30s')
      await watcher.runOnce()
    }
  }

  /** A worker of another process that lives as long as the clock stands. */
  async function aWorker(...queues: string[]): Promise<void> {
    const at = bench().clock.now()
    await database().query(
      `INSERT INTO linehaul.worker (id, host, pid, queues, concurrency, started_at, heartbeat_at)
       VALUES ($1, 'elsewhere', 1, $2, 1, $3, $3)`,
      [newId(), queues, at],
    )
  }

  const waits = (minutes: number, given = {}) =>
    aJob(database(), { name: 'test.work', state: 'waiting', at: bench().clock.ago(`${minutes}m`), ...given })

  const happened = (minutesAgo: number, given: Partial<MinuteRow>) =>
    addMinutes(database(), [
      {
        ...{ tenantId: 'default', queue: 'default', name: 'test.work' },
        minuteMs: bench().clock.now().getTime() - minutesAgo * MINUTE,
        ...{ done: 0, dead: 0, cancelled: 0, failed: 0, enqueued: 0, runMs: 0, maxRunMs: 0, waitMs: 0 },
        ...given,
      },
    ])

  const facts = () =>
    listAlertFacts(database(), {
      jobs: [{ name: 'test.work', queue: 'default' }],
      failureMinutes: DEFAULT_THRESHOLDS.failureMinutes,
      leaseMs: 15_000,
      now: bench().clock.now(),
    })

  test('is told once when raised and once when cleared, however many processes look', async () => {
    await waits(20)
    const [one, another] = [aWatcher(), aWatcher()]
    for (let n = 0; n < 3; n++) {
      await look(one, 1)
      await another.runOnce()
    }
    expect(told.toSorted()).toEqual([
      'alert.raised default default no-worker',
      'alert.raised default default oldest-waiting',
    ])
    const { alerts } = bench().engine
    const open = await alerts.list('default', { state: 'open', limit: 9 })
    expect(open).toMatchObject([
      { kind: 'no-worker', value: 21, threshold: 2, clearedAt: null },
      { kind: 'oldest-waiting', value: 21, threshold: 15, raisedAt: expect.any(Date) },
    ])
    expect(open[1]?.message).toBe('Queue default: a job has waited for 21 minutes; told from 15 minutes on.')
    await database().query('DELETE FROM linehaul.job')
    await Promise.all([one.runOnce(), another.runOnce()])
    expect(told.slice(2).toSorted()).toEqual([
      'alert.cleared default default no-worker',
      'alert.cleared default default oldest-waiting',
    ])
    expect(await alerts.list('default', { state: 'open', limit: 9 })).toEqual([])
    expect(await alerts.list('default', { state: 'past', limit: 9 })).toMatchObject([
      { kind: 'no-worker', clearedAt: bench().clock.now() },
      { kind: 'oldest-waiting' },
    ])
  })

  test('pages go by id, one tenant at a time, and a queue can be picked', async () => {
    await waits(20)
    await waits(20, { queue: 'b' })
    await waits(20, { tenantId: 'another' })
    await look(aWatcher())
    const { alerts } = bench().engine
    const all = await alerts.list('default', { limit: 9 })
    expect(all).toHaveLength(4)
    const after = all[1]?.id
    expect(await alerts.list('default', { limit: 1, after })).toEqual([all[2]])
    expect(await alerts.list('default', { queue: 'b', limit: 9 })).toHaveLength(2)
    expect(await alerts.list('nobody', { limit: 9 })).toEqual([])
  })

  test('of each tenant and queue the oldest job counts, whatever its priority, and one that lost its worker', async () => {
    const { clock } = bench()
    await bench().engine.enqueue(bench().work, {}, { tenantId: 'default', priority: 9 })
    clock.advance('1m')
    await bench().engine.enqueue(bench().work, {}, { tenantId: 'default', priority: -9 })
    await waits(7, { tenantId: 'another', losses: 1 })
    await waits(5, { tenantId: 'another', queue: 'b' })
    await aWorker('b')
    expect(
      (await facts()).map((one) => [one.tenantId, one.queue, one.oldestWaitingMs, one.isServed]),
    ).toEqual(
      expect.arrayContaining([
        ['default', 'default', MINUTE, false],
        ['another', 'default', 7 * MINUTE, false],
        ['another', 'b', 5 * MINUTE, true],
      ]),
    )
  })

  test('ends count within the minutes that the queue says, deaths within an hour', async () => {
    await happened(2, { done: 1, failed: 2, cancelled: 5 })
    await happened(9, { dead: 4 })
    await happened(11, { done: 8 })
    await happened(59, { dead: 16 })
    await happened(61, { dead: 32 })
    expect(await facts()).toMatchObject([{ ends: 7, failures: 6, dead: 20, oldestWaitingMs: null }])
    const { alerts } = bench().engine
    await alerts.setThresholds('default', 'default', { by: 'ada', failureMinutes: 3 })
    expect(await facts()).toMatchObject([{ ends: 3, failures: 2, dead: 20, changes: { failureMinutes: 3 } }])
  })

  test('a schedule is late unless it is stopped or paused', async () => {
    const { clock } = bench()
    const enter = (tenantId: string, nextAt: Date | null) =>
      database().query(
        `INSERT INTO linehaul.schedule (job_name, schedule_name, tenant_id, cron, time_zone, next_at)
         VALUES ('test.work', 'daily', $1, '0 2 * * *', 'UTC', $2)`,
        [tenantId, nextAt],
      )
    await enter('late', clock.ago('6m'))
    await enter('paused', null)
    await enter('stopped', clock.ago('6m'))
    await database().query(`INSERT INTO linehaul.scheduler VALUES ('stopped', true, $1, 'ada')`, [
      clock.now(),
    ])
    expect(await facts()).toMatchObject([{ tenantId: 'late', queue: 'default', lateMs: 6 * MINUTE }])
    await database().query('DELETE FROM linehaul.scheduler')
  })

  test('people decide per queue, and go back to the defaults', async () => {
    const { alerts } = bench().engine
    const standard = { queue: 'default', thresholds: DEFAULT_THRESHOLDS, changed: null }
    expect(await alerts.thresholds('default')).toEqual([standard, { ...standard, queue: 'system' }])
    const changes = { oldestWaitingMinutes: 60, noWorkerMinutes: null, deadPerHour: undefined }
    const set = await alerts.setThresholds('default', 'default', { by: 'ada', ...changes })
    const thresholds = { ...DEFAULT_THRESHOLDS, oldestWaitingMinutes: 60, noWorkerMinutes: null }
    expect(set).toEqual({ queue: 'default', thresholds, changed: { by: 'ada', at: bench().clock.now() } })
    await waits(20)
    await waits(20, { tenantId: 'another' })
    await look(aWatcher())
    expect(told.filter((one) => one.includes('default default'))).toEqual([])
    expect(told).toHaveLength(2)
    expect(await alerts.thresholdsOf('another', 'default')).toEqual(standard)
    expect(await alerts.resetThresholds('default', 'default')).toEqual(standard)
    await expect(alerts.resetThresholds('default', 'defalt')).rejects.toThrow('Did you mean "default"?')
  })

  test('the leader looks by itself', async () => {
    await waits(20, { queue: 'nobody' })
    await bench().engine.start()
    await bench().pass('30s')
    await bench().pass('30s')
    expect(told.toSorted()).toEqual([
      'alert.raised default nobody no-worker',
      'alert.raised default nobody oldest-waiting',
    ])
  })
})
