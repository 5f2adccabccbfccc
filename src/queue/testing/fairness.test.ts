import { randomUUID } from 'node:crypto'

import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { defineJob } from '../define-job.js'
import { UnknownQueueError } from '../errors.js'
import { request } from '../enqueue/request.js'
import { claim, type Claim, type ClaimedJob } from '../store/claim.js'
import { aJob, anEngine, clearJobs } from './engine-fixture.js'

const AT = new Date('2026-01-05T08:00:00Z')

const jobOn = (queue: string) =>
  defineJob<{ n?: number | undefined }>({
    name: `test.on-${queue}`,
    queue,
    payload: z.object({ n: z.number().optional() }),
    run: async () => undefined,
  })

onEachDatabase((database) => {
  beforeEach(() => clearJobs(database()))

  const waiting = (tenantId: string, count: number, queue = 'default') =>
    enqueue(database(), tenantId, count, queue)
  const take = (wish: Partial<Claim>) => claimOf(database(), wish)

  describe('tenants', () => {
    test('share a claim in equal parts, and what one does not need goes to the others', async () => {
      await waiting('big', 50)
      await waiting('middle', 3)
      await waiting('small', 1)
      expect(countBy(await take({ limit: 12 }))).toEqual({ big: 8, middle: 3, small: 1 })
    })

    test('take turns where there are more of them than slots', async () => {
      for (const tenant of ['a', 'b', 'c', 'd', 'e']) await waiting(tenant, 2)
      const round = async (cursor: string) =>
        (await take({ limit: 2, wishes: [{ queue: 'default', quota: 2, cursor }] }))
          .sort((a, b) => Number(a.endsRound) - Number(b.endsRound))
          .map(({ tenantId, endsRound }) => (endsRound ? `${tenantId}.` : tenantId))
      expect(await round('')).toEqual(['a', 'b.'])
      expect(await round('b')).toEqual(['c', 'd.'])
      expect(await round('d')).toEqual(['e', 'a.'])
    })

    test('a tenant that comes along is served by the next claim, whatever stands before it', async () => {
      await waiting('big', 1_000)
      await take({ limit: 10 })
      await waiting('small', 1)
      expect(countBy(await take({ limit: 10 }))).toEqual({ big: 9, small: 1 })
    })

    test('one tenant gets every slot where nobody else waits', async () => {
      await waiting('only', 20)
      expect(await take({ limit: 10, perTenant: { most: 8, holding: new Map([['only', 8]]) } })).toHaveLength(
        10,
      )
    })

    test('one that holds its part of the slots gets no more of them while others wait', async () => {
      await waiting('big', 20)
      await waiting('small', 20)
      const perTenant = { most: 8, holding: new Map([['big', 8]]) }
      expect(countBy(await take({ limit: 2, perTenant }))).toEqual({ small: 2 })
    })

    test('one that holds its part gets the slots that nobody else takes', async () => {
      await waiting('big', 20)
      await waiting('small', 1)
      const perTenant = { most: 8, holding: new Map([['big', 8]]) }
      expect(countBy(await take({ limit: 2, perTenant }))).toEqual({ big: 1, small: 1 })
    })

    test('urgent jobs go first within their tenant, and never before the turn of another', async () => {
      await waiting('calm', 5)
      await waiting('loud', 5)
      await database().query(`UPDATE linehaul.job SET priority = -100 WHERE tenant_id = 'loud'`)
      expect(countBy(await take({ limit: 4 }))).toEqual({ calm: 2, loud: 2 })
    })
  })

  describe('queues', () => {
    test('are asked in order, each for its quota, until the slots are full', async () => {
      await waiting('t', 9, 'critical')
      await waiting('t', 9, 'default')
      const wishes = [
        { queue: 'critical', quota: 3, cursor: '' },
        { queue: 'default', quota: 5, cursor: '' },
      ]
      const jobs = await take({ limit: 5, wishes, names: ['test.on-critical', 'test.on-default'] })
      expect(jobs.filter(({ queue }) => queue === 'critical')).toHaveLength(3)
      expect(jobs.filter(({ queue }) => queue === 'default')).toHaveLength(2)
    })

    test('with weights 6, 2, 1 and 1 share the runs of a busy worker 60, 20, 10 and 10 %', async () => {
      const weights = { critical: 6, pattern: 2, compliance: 1, default: 1 }
      const jobs = Object.keys(weights).map(jobOn)
      const queues = Object.fromEntries(Object.entries(weights).map(([queue, weight]) => [queue, { weight }]))
      const { engine } = anEngine(database(), jobs, { queues, concurrency: 10 })
      await engine.client.enqueueMany(
        jobs.flatMap((job) => Array.from({ length: 100 }, () => request(job, {}, { tenantId: 't' }))),
      )
      const begun: string[] = []
      const enough = engine.signals.next('attempt.ended', ({ name }) => begun.push(name) === 120)
      await engine.start()
      await enough
      const share = (queue: string) =>
        begun.filter((name) => name === `test.on-${queue}`).length / begun.length
      expect(share('critical')).toBeGreaterThan(0.5)
      expect(share('critical')).toBeLessThan(0.7)
      expect(share('pattern')).toBeGreaterThan(0.14)
      expect(share('compliance')).toBeGreaterThan(0.05)
      expect(share('default')).toBeGreaterThan(0.05)
      await engine.stop()
    })

    test('a definition on a queue that is not declared is refused by name', () => {
      const build = () => anEngine(database(), [jobOn('critcal')], { queues: { critical: { weight: 6 } } })
      expect(build).toThrow(UnknownQueueError)
      expect(build).toThrow('Did you mean "critical"?')
    })

    test.each([0, -1, Number.NaN, Infinity])('a weight of %d is refused', (weight) => {
      expect(() => anEngine(database(), [jobOn('q')], { queues: { q: { weight } } })).toThrow(/weight/)
    })
  })

  describe('pauses', () => {
    const pause = (tenantId: string, queue: string, name: string) =>
      database().query(
        `INSERT INTO linehaul.pause (tenant_id, queue, name, paused_by, reason, paused_at) VALUES ($1, $2, $3, 'user:1', 'test', now())`,
        [tenantId, queue, name],
      )

    test.each([
      { what: 'a queue', target: ['', 'default', ''], left: {} },
      { what: 'a definition', target: ['', '', 'test.on-default'], left: {} },
      { what: 'a tenant', target: ['a', '', ''], left: { b: 3 } },
      { what: "a tenant's part of a queue", target: ['a', 'default', ''], left: { b: 3 } },
      { what: "a tenant's part of another queue", target: ['a', 'other', ''], left: { a: 2, b: 3 } },
      { what: "a tenant's part of a definition", target: ['a', '', 'test.on-default'], left: { b: 3 } },
    ] as const)('of $what nothing is claimed, of the others all', async ({ target, left }) => {
      await waiting('a', 2)
      await waiting('b', 3)
      const [tenantId, queue, name] = target
      await pause(tenantId, queue, name)
      expect(countBy(await take({ limit: 10 }))).toEqual(left)
    })

    test('tenants that are paused take no turn from the others', async () => {
      for (const tenant of ['a', 'b', 'c', 'd']) await waiting(tenant, 1)
      for (const tenant of ['a', 'b', 'c']) await pause(tenant, '', '')
      expect(countBy(await take({ limit: 1 }))).toEqual({ d: 1 })
    })
  })

  test('jobs of definitions that this worker does not know take no turn from those it knows', async () => {
    for (let n = 0; n < 5; n++)
      await aJob(database(), { name: 'test.other', state: 'waiting', at: AT, tenantId: 'a' })
    await waiting('b', 2)
    expect(countBy(await take({ limit: 1 }))).toEqual({ b: 1 })
  })
})

async function enqueue(db: Database, tenantId: string, count: number, queue: string): Promise<void> {
  const { engine } = anEngine(db, [jobOn(queue)])
  await engine.client.enqueueMany(
    Array.from({ length: count }, () => request(jobOn(queue), {}, { tenantId, runAt: AT })),
  )
}

function claimOf(db: Database, wish: Partial<Claim>): Promise<ClaimedJob[]> {
  return claim(db, {
    workerId: randomUUID(),
    wishes: [{ queue: 'default', quota: wish.limit ?? 10, cursor: '' }],
    names: ['test.on-default'],
    limit: 10,
    suspects: { together: 1, alone: true },
    perTenant: { most: 100, holding: new Map() },
    fence: randomUUID(),
    unsynced: false,
    now: AT,
    ...wish,
  }).then((jobs) => [...jobs])
}

function countBy(jobs: readonly ClaimedJob[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { tenantId } of jobs) counts[tenantId] = (counts[tenantId] ?? 0) + 1
  return counts
}
