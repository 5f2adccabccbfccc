import { expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import type { Cancel } from '../../time/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { anEngine } from './engine-fixture.js'
import { aDeafHandler, aListeningHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })

  test('a stop lets the running attempt end and claims nothing more', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const running = await bench().enqueue(1)
    await begun
    const next = await bench().enqueue(2)
    const stopped = bench().engine.stop('30s')
    letGo('in time')
    await stopped
    expect(await bench().get(running)).toMatchObject({ state: 'done', result: 'in time' })
    expect(await bench().get(next)).toMatchObject({ state: 'waiting', attempt: 0 })
  })

  test('an attempt that heeds its signal when the grace is over is released, with no attempt spent', async () => {
    const { handler, begun } = aListeningHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    const { signal } = await begun
    const stopped = bench().engine.stop('5s')
    await bench().pass('4999ms')
    expect(signal.aborted).toBe(false)
    await bench().pass('1ms')
    expect(signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_SHUTDOWN' })
    await stopped
    expect(await bench().get(id)).toMatchObject({
      state: 'waiting',
      attempt: 0,
      losses: 0,
      attempts: [{ ended: 'released' }],
    })
  })

  test('an attempt that ignores its signal is released ten seconds after the grace', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    await begun
    const stopped = bench().engine.stop('5s')
    await bench().pass('5s')
    expect(await bench().get(id)).toMatchObject({ state: 'running' })
    await bench().pass('10s')
    await stopped
    expect(await bench().get(id)).toMatchObject({ state: 'waiting', attempt: 0 })
    letGo()
  })

  test('what a claim brings that was under way when the grace ended is released as well', async () => {
    const { handler } = aListeningHandler()
    bench().handler = handler
    const claim = bench().database.holdNext(/^\s*-- claim/)
    const id = await bench().enqueue()
    await bench().engine.start()
    await claim.reached
    const stopped = bench().engine.stop('0ms')
    bench().clock.advance('0ms')
    claim.release()
    await stopped
    expect(await bench().get(id)).toMatchObject({ state: 'waiting', attempt: 0 })
  })

  test('a stopped engine has signed off and left nothing running', async () => {
    await bench().engine.start()
    expect(await database().query('SELECT id::text FROM linehaul.worker')).toEqual([
      { id: bench().engine.workerId },
    ])
    await bench().engine.stop('0ms')
    expect(await database().query('SELECT id FROM linehaul.worker')).toEqual([])
  })

  test('a stop succeeds while the database is away, and says what it could not do', async () => {
    await bench().engine.start()
    await bench().pass('0ms')
    bench().database.failNext(/^-- remove worker/)
    await bench().engine.stop('0ms')
    expect(bench().errors).toMatchObject([{ code: 'DATABASE_UNAVAILABLE' }])
  })

  test('a stop that the database does not answer ends all the same, and is told', async () => {
    await bench().engine.start()
    const signOff = bench().database.holdNext(/^-- remove worker/)
    const stopped = bench().engine.stop('1s', { within: '5s' })
    await signOff.reached
    bench().clock.advance('6s')
    await stopped
    expect(bench().errors).toMatchObject([{ code: 'JOBS_STOP_UNFINISHED' }])
    signOff.release()
  })

  test('a start that failed can be tried again', async () => {
    bench().database.failNext(/^\s*-- beat/)
    await expect(bench().engine.start()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    await bench().engine.start()
    const done = bench().ended()
    await bench().enqueue()
    expect(await done).toMatchObject({ state: 'done' })
  })

  test('a start that failed at its last step leaves no listener behind, and can be tried again', async () => {
    const { engine, database } = bench()
    const listeners = listenersOf(database)
    database.failNext(/^\s*-- find leader/)
    await expect(engine.start()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(listeners.size).toBe(0)
    await engine.start()
    expect(listeners.size).toBe(database.kind === 'server' ? 2 : 0)
    const done = bench().ended()
    await bench().enqueue()
    expect(await done).toMatchObject({ state: 'done' })
    await engine.stop('0ms')
    expect(listeners.size).toBe(0)
  })

  test('an engine that was stopped says that it does not start again', async () => {
    const { engine } = bench()
    await engine.stop('0ms') // nothing to stop yet
    await engine.start()
    await engine.start() // it has
    await engine.stop('0ms')
    await expect(engine.start()).rejects.toMatchObject({
      code: 'JOBS_ENGINE_STOPPED',
      message: expect.stringContaining('Create a new one') as string,
    })
  })

  test('whoever stops it a second time waits for the first stop', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    await bench().enqueue()
    const attempt = await begun
    const over: string[] = []
    const first = bench()
      .engine.stop('30s')
      .then(() => over.push('first'))
    const second = bench()
      .engine.stop('0ms')
      .then(() => over.push('second'))
    await bench().pass('1s')
    expect(over).toEqual([])
    expect(attempt.signal.aborted).toBe(false) // the first one's grace stands
    letGo()
    await Promise.all([first, second])
    expect(over).toEqual(['first', 'second'])
  })

  test('a stop in the middle of a start waits for its end, and then stops it', async () => {
    const { engine, database } = bench()
    const beat = database.holdNext(/^\s*-- beat/)
    const started = engine.start()
    await beat.reached
    const stopped = engine.stop('0ms')
    beat.release()
    await started
    await bench().pass('0ms')
    await stopped
    expect(await database.query('SELECT id FROM linehaul.worker')).toEqual([])
    await expect(engine.start()).rejects.toMatchObject({ code: 'JOBS_ENGINE_STOPPED' })
  })

  test('twenty engines that start and stop leave no alarm behind', async () => {
    const clock = new FakeClock()
    for (let n = 0; n < 20; n++) {
      const { engine } = anEngine(database(), [bench().work], { clock })
      await engine.start()
      // Every other one is stopped in the middle of its first claim, with a job that it takes along.
      if (n % 2) await engine.enqueue(bench().work, {}, { tenantId: 'default' })
      const stopped = engine.stop('0ms')
      clock.advance('0ms')
      await stopped
    }
    expect(clock.pendingAlarms).toBe(0)
    expect(await database().query('SELECT id FROM linehaul.worker')).toEqual([])
  })
})

/** Those that listen on `database` from now on and have not left. */
function listenersOf(database: Database): ReadonlySet<Cancel> {
  const listeners = new Set<Cancel>()
  const listen = database.listen.bind(database)
  database.listen = async (...what) => {
    const leave = await listen(...what)
    listeners.add(leave)
    return () => {
      listeners.delete(leave)
      leave()
    }
  }
  return listeners
}
