import { describe, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { defineJob } from '../define-job.js'
import { findLeader } from '../store/leader.js'
import { aJob, anEngine, stopNow } from './engine-fixture.js'
import { otherWorkers } from './other-workers.js'
import { Turnstile } from './turnstile.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database, kind) => {
  const bench = eachTestHasAWorkbench(database)
  const { aWorker, whileLocked } = otherWorkers(bench)

  const aLeader = (workerId: string) =>
    database().query(`INSERT INTO linehaul.leader VALUES (true, $1, $2, $2, '{}')`, [
      workerId,
      bench().clock.now(),
    ])

  describe('the leader', () => {
    test.runIf(kind === 'server')('is one of the processes that have started', async () => {
      const { engine: first } = bench()
      const [second, neverStarted] = [bench().anotherEngine().engine, bench().anotherEngine().engine]
      await first.start()
      await second.start()
      await bench().pass('1s')
      await bench().pass('1s')
      expect([first, second, neverStarted].map(({ isLeader }) => isLeader)).toEqual([true, false, false])
      expect(await findLeader(database(), null)).toMatchObject({ workerId: first.workerId, pid: process.pid })
    })

    test.runIf(kind === 'server')('is followed by another process once it has stopped', async () => {
      const { engine: leader, clock } = bench()
      const { engine: follower } = bench().anotherEngine()
      await leader.start()
      await follower.start()
      await stopNow({ engine: leader, clock })
      await bench().pass('500ms')
      expect([leader, follower].map(({ isLeader }) => isLeader)).toEqual([false, true])
    })

    test.runIf(kind === 'server')('that is silent for three seconds is followed by another', async () => {
      await aLeader(await aWorker(null))
      await bench().engine.start()
      await bench().pass('3s')
      expect(bench().engine.isLeader).toBe(false)
      await bench().pass('500ms')
      expect(bench().engine.isLeader).toBe(true)
    })

    test.runIf(kind === 'server')('whose lock is free is followed at once', async () => {
      await aLeader(await aWorker())
      await whileLocked(() => bench().engine.start())
      expect(bench().engine.isLeader).toBe(false)
      await bench().pass('500ms')
      expect(bench().engine.isLeader).toBe(true)
    })

    test.runIf(kind === 'embedded')('on an embedded database is the process that has it now', async () => {
      const { engine } = bench()
      await aLeader(newId())
      await engine.start()
      await bench().pass('1s')
      expect(engine.isLeader).toBe(true)
      expect(await findLeader(database(), null)).toMatchObject({ workerId: engine.workerId })
    })

    test.runIf(kind === 'server')('that lost its place finds out, and does no harm until then', async () => {
      const runs = new Map<string, number>()
      bench().handler = async (_, { jobId }) => void runs.set(jobId, (runs.get(jobId) ?? 0) + 1)
      const { clock, engine: former } = bench()
      const { engine: next } = bench().anotherEngine()
      await former.start()
      const due = { name: 'test.work', at: clock.now() } as const
      await next.start()
      await bench().pass('1s')
      await database().query('UPDATE linehaul.leader SET worker_id = $1', [next.workerId])
      const ids = await Promise.all([
        ...Array.from({ length: 20 }, () => aJob(database(), { ...due, state: 'scheduled' })),
        ...Array.from({ length: 5 }, () => aJob(database(), { ...due, state: 'running' })),
      ])
      await bench().pass('500ms')
      await bench().pass('500ms')
      await bench().pass('1s')
      expect([former.isLeader, next.isLeader]).toEqual([false, true])
      expect([...runs.values()].every((count) => count === 1)).toBe(true)
      expect([...runs.keys()].sort()).toEqual(ids.sort())
    })

    test.runIf(kind === 'server')('that cannot say so leads no more, until it can', async () => {
      const { engine, database, errors } = bench()
      await engine.start()
      for (let n = 0; n < 4; n++) {
        database.failNext(/^\s*-- lead/)
        database.failNext(/^\s*-- find leader/)
      }
      await bench().pass('1s')
      await bench().pass('1s')
      expect(engine.isLeader).toBe(true)
      await bench().pass('1s')
      expect(engine.isLeader).toBe(false)
      for (let n = 0; n < 30; n++) await bench().pass('1s') // its tries come further and further apart
      expect(engine.isLeader).toBe(true)
      expect(errors).toHaveLength(8)
    })

    test.runIf(kind === 'server')('makes jobs due that another process runs', async () => {
      const other = defineJob({
        name: 'test.other',
        queue: 'other',
        payload: { parse: (input) => input },
        run: async () => undefined,
      })
      const worker = bench().engine
      await worker.start()
      const { engine: leader } = anEngine(bench().database, [other], { clock: bench().clock })
      await leader.start()
      await database().query('UPDATE linehaul.leader SET worker_id = $1', [leader.workerId])
      await bench().pass('1s')
      await bench().pass('1s')
      expect([worker.isLeader, leader.isLeader]).toEqual([false, true])
      const { id } = await worker.enqueue(bench().work, {}, { tenantId: 'default', delay: '1s' })
      const done = bench().ended()
      await bench().pass('1s')
      await bench().pass('200ms')
      expect(await done).toMatchObject({ jobId: id, state: 'done' })
      await stopNow({ engine: leader, clock: bench().clock })
    })
  })

  test.runIf(kind === 'server')(
    'schedules that the leader does not know are ticked by a process that does',
    async () => {
      const nightly = defineJob({
        name: 'test.nightly',
        queue: 'default',
        payload: { parse: (input) => input },
        schedules: [{ name: 'nightly', cron: '0 2 * * *', timeZone: 'UTC', payload: () => ({}) }],
        run: async () => undefined,
      })
      const { clock, engine: leader } = bench()
      const tenants = async () => [{ id: 'default', timeZone: 'UTC' }]
      const knowing = anEngine(bench().database, [nightly], { clock, tenants })
      await knowing.engine.start()
      await leader.start()
      await database().query('UPDATE linehaul.leader SET worker_id = $1', [leader.workerId])
      await bench().pass('1s')
      await bench().pass('1s')
      expect([leader.isLeader, knowing.engine.isLeader]).toEqual([true, false])
      const done = knowing.engine.signals.next('attempt.ended', ({ name }) => name === 'test.nightly')
      for (let hours = 0; hours < 20; hours++) await bench().pass('1h')
      expect(await done).toMatchObject({ name: 'test.nightly', state: 'done' })
      await stopNow({ engine: knowing.engine, clock })
    },
  )

  test.runIf(kind === 'server')(
    'jobs behind a limit that the leader does not know are let in by a process that does',
    async () => {
      const turnstile = new Turnstile()
      turnstile.isOpen = true
      const limited = turnstile.job('test.limited', { limits: [{ concurrency: 1 }] })
      const { engine: leader } = bench()
      const { engine: knowing } = bench().anotherEngine({ jobs: [limited] })
      await knowing.start()
      await leader.start()
      await database().query('UPDATE linehaul.leader SET worker_id = $1', [leader.workerId])
      for (let n = 0; n < 3; n++) await bench().pass('1s')
      expect([leader.isLeader, knowing.isLeader]).toEqual([true, false])
      const { id } = await knowing.enqueue(limited, { key: 'x' }, { tenantId: 'default', delay: '10s' })
      for (let n = 0; n < 15; n++) await bench().pass('1s')
      expect(turnstile.begun).toEqual(['x@default'])
      expect((await knowing.operator.get('default', id)).state).toBe('done')
    },
  )

  describe('an event loop that stood still', () => {
    test('for longer than the lease is told, with what was running', async () => {
      const { engine, clock, errors } = bench()
      const { handler, begun, letGo } = aDeafHandler()
      bench().handler = handler
      await engine.start()
      await bench().enqueue()
      await begun
      const blocked = engine.signals.next('worker.blocked')
      clock.block('17s')
      await bench().pass('0s')
      expect(await blocked).toEqual({ blockedMs: 16_000, running: ['test.work'] })
      expect(errors).toContainEqual(
        expect.objectContaining({
          code: 'JOBS_LOOP_BLOCKED',
          message: expect.stringMatching(/16 s while running test\.work.*runIn: 'thread'/) as string,
        }),
      )
      letGo()
    })

    test('for as long as the lease is not', async () => {
      const { engine, clock, errors } = bench()
      await engine.start()
      clock.block('16s')
      await bench().pass('1m')
      expect(errors).not.toContainEqual(expect.objectContaining({ code: 'JOBS_LOOP_BLOCKED' }))
    })
  })

  describe('a schema that is not that of this version', () => {
    const changed = async (change: string, undo: string, work: () => Promise<void>) => {
      await database().query(change)
      await work().finally(() => database().query(undo))
    }

    test('keeps an engine from starting, and says which command mends it', async () => {
      const { engine } = bench()
      const without = `UPDATE linehaul.migration SET part = 'away' WHERE part = 'queue' AND number = 2`
      const back = `UPDATE linehaul.migration SET part = 'queue' WHERE part = 'away'`
      await changed(without, back, async () => {
        await expect(engine.start()).rejects.toMatchObject({
          code: 'DATABASE_SCHEMA_OLD',
          message: expect.stringMatching(
            /lacks queue\/2-engine\..*npx linehaul migrate.*queueMigrations/,
          ) as string,
        })
      })
      expect(await database().query('SELECT id FROM linehaul.worker')).toEqual([])
      await engine.start() // once it is mended
      expect(engine.isLeader).toBe(true)
    })

    test('is refused when it is newer, other parts apart', async () => {
      const add = (part: string) =>
        `INSERT INTO linehaul.migration (part, number, name, checksum) VALUES ('${part}', 99, 'later', '')`
      const remove = 'DELETE FROM linehaul.migration WHERE number = 99'
      await changed(add('queue'), remove, () =>
        expect(bench().engine.start()).rejects.toMatchObject({ code: 'DATABASE_SCHEMA_NEWER' }),
      )
      await changed(add('shop'), remove, () => bench().engine.start())
    })
  })
})
