import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { addMinutes } from '../store/queue-minute.js'
import { eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, {})

  test("a tenant's jobs are counted by queue and by definition, ended ones of the last hour only", async () => {
    const { engine, work, unique, clock } = bench()
    const first = await bench().enqueue()
    await engine.operator.bury('default', first, 'given up')
    await bench().enqueue()
    await engine.enqueue(work, {}, { tenantId: 'default', delay: '1h' })
    await engine.enqueue(unique, { n: 1 }, { tenantId: 'default' })
    await engine.enqueue(unique, { n: 1 }, { tenantId: 'another' })
    const ended = { cancelled: 0, failed: 0, enqueued: 0, runMs: 0, maxRunMs: 0, waitMs: 0 }
    const minute = (agoMs: number, name: string) => ({
      ...{ tenantId: 'default', queue: 'default', name, minuteMs: clock.now().getTime() - agoMs },
      ...{ ...ended, done: 3, dead: 1 },
    })
    await addMinutes(database(), [
      minute(60_000, 'test.work'),
      minute(120_000, 'test.former-name'),
      minute(7_200_000, 'test.work'),
    ])
    const works = { waiting: 1, delayed: 1, dead: 1, completed: 6, failed: 2, failedRate: 25, active: 0 }
    expect(await engine.metrics.byQueue('default')).toMatchObject([
      { ...works, name: 'default', waiting: 2, paused: false, atLeast: [] },
    ])
    expect(await engine.metrics.byDefinition('default')).toMatchObject([
      { name: 'test.unique', waiting: 1, completed: 0, failedRate: 0 },
      { ...works, name: 'test.work' },
    ])
    expect(await engine.metrics.byDefinition('default', 'test.former-name')).toMatchObject([works])
    await expect(engine.metrics.byDefinition('default', 'test.wrk')).rejects.toMatchObject({
      code: 'JOBS_UNKNOWN_DEFINITION',
    })
    expect(await engine.metrics.health('default')).toMatchObject({
      status: 'degraded',
      queues: 1,
      totalJobs: 10,
    })
  })
})
