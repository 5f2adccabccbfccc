import { expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { snooze, type Outcome } from '../attempt/outcome.js'
import { Rescuer } from '../duty/rescuer.js'
import { aJob, engineering } from './engine-fixture.js'
import { aDeafHandler, eachTestHasAWorkbench, type Workbench } from './workbench.js'

onEachDatabase((database, kind) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })

  const rescuerOf = ({ database, clock, work, unique }: Workbench) =>
    new Rescuer(engineering(database, clock, [work, unique]), newId(), () => undefined)

  /** One that has looked for long enough to judge. */
  async function aRescuerThatWatches(): Promise<Rescuer> {
    const rescuer = rescuerOf(bench())
    for (const length of ['0s', '5s', '5s'] as const) {
      bench().clock.advance(length)
      await rescuer.runOnce()
    }
    return rescuer
  }

  /** As if the lease of every worker were over: another process takes their jobs away. */
  async function takeJobsAway(): Promise<{ rescued: number }> {
    await database().query('DELETE FROM linehaul.worker')
    return rescuerOf(bench()).runOnce()
  }

  test('a job whose worker died is run again, with no attempt spent', async () => {
    const id = await aJob(database(), { name: 'test.work', state: 'running', at: bench().clock.ago('1h') })
    const done = bench().ended()
    await bench().engine.start()
    expect(await done).toMatchObject({ jobId: id, state: 'done', attempt: 1 })
    expect(await bench().get(id)).toMatchObject({
      losses: 1,
      attempts: [{ ended: 'lost' }, { ended: 'done' }],
    })
  })

  test('a job that has lost three workers is dead, so that it kills no more', async () => {
    const at = bench().clock.ago('1h')
    const id = await aJob(database(), { name: 'test.work', state: 'running', at, losses: 2 })
    await rescuerOf(bench()).runOnce()
    expect(await bench().get(id)).toMatchObject({ state: 'dead', error: { code: 'JOBS_LOST' } })
  })

  /** Handlers that run until they are let go or lose their job, by the ids of their jobs. */
  function handlersOnHold(): ReadonlyMap<string, () => void> {
    const running = new Map<string, () => void>()
    bench().handler = (_, { jobId, signal }) =>
      new Promise((resolve) => {
        const letGo = () => {
          if (running.get(jobId) === letGo) running.delete(jobId) // else it runs anew
          resolve(undefined)
        }
        running.set(jobId, letGo)
        signal.addEventListener('abort', letGo)
      })
    return running
  }

  test('of the jobs that have lost two workers one runs at a time, and others run beside it', async () => {
    const { engine } = bench().anotherEngine({ concurrency: 3 })
    const running = handlersOnHold()
    const waiting = { name: 'test.work', state: 'waiting', at: bench().clock.now() } as const
    const suspect = await aJob(database(), { ...waiting, losses: 2 })
    const nextSuspect = await aJob(database(), { ...waiting, losses: 2 })
    const others = [await aJob(database(), waiting), await aJob(database(), waiting)]

    await engine.start()
    await bench().pass('1s')
    expect([...running.keys()].sort()).toEqual([suspect, ...others].sort())

    running.get(others[0] ?? '')?.()
    await bench().pass('1s')
    expect(await bench().get(nextSuspect)).toMatchObject({ state: 'waiting' })

    running.get(suspect)?.()
    await bench().pass('1s')
    expect(await bench().get(suspect)).toMatchObject({ state: 'done' })
    expect(await bench().get(nextSuspect)).toMatchObject({ state: 'running' })
    for (const letGo of [...running.values()]) letGo()
  })

  test('those that have lost one worker run together, for it may have held hundreds, but beside none that lost two', async () => {
    const { engine } = bench().anotherEngine({ concurrency: 6 })
    const running = handlersOnHold()
    const waiting = { name: 'test.work', state: 'waiting', at: bench().clock.now() } as const
    const together = [1, 1, 1].map((losses) => aJob(database(), { ...waiting, losses }))
    const alone = await aJob(database(), { ...waiting, losses: 2 })

    await engine.start()
    await bench().pass('1s')
    expect([...running.keys()]).toEqual([alone])

    running.get(alone)?.()
    await bench().pass('1s')
    expect([...running.keys()].sort()).toEqual((await Promise.all(together)).sort())
    for (const letGo of [...running.values()]) letGo()
  })

  test('one that runs for long holds up none that has lost its first worker as well', async () => {
    const { engine } = bench().anotherEngine({ concurrency: 2 })
    const running = handlersOnHold()
    const waiting = { name: 'test.work', state: 'waiting', at: bench().clock.now(), losses: 1 } as const
    const long = await aJob(database(), waiting)
    const next = await aJob(database(), waiting)
    await engine.start()
    for (let look = 0; look < 3; look++) await bench().pass('1s')
    expect([...running.keys()].sort()).toEqual([long, next].sort())
    for (const letGo of [...running.values()]) letGo()
  })

  test('however many have lost their worker, they leave half of the free slots to the others', async () => {
    const { engine } = bench().anotherEngine({ concurrency: 4 })
    const running = handlersOnHold()
    const waiting = { name: 'test.work', state: 'waiting', at: bench().clock.now() } as const
    for (let n = 0; n < 4; n++) await aJob(database(), { ...waiting, losses: 1 })
    const others = [await aJob(database(), waiting), await aJob(database(), waiting)]
    await engine.start()
    await bench().pass('1s')
    expect([...running.keys()]).toEqual(expect.arrayContaining(others))
    for (const letGo of [...running.values()]) letGo()
  })

  test('a job that takes down every process it runs in takes no other one to its death', async () => {
    const { engine } = bench().anotherEngine({ concurrency: 4 })
    const waiting = { name: 'test.work', state: 'waiting', at: bench().clock.now() } as const
    const poison = await aJob(database(), { ...waiting, losses: 1 })
    const neighbours = [await aJob(database(), { ...waiting, losses: 1 }), await aJob(database(), waiting)]
    const running = handlersOnHold()
    await engine.start()
    await bench().pass('1s')
    expect([...running.keys()].sort()).toEqual([poison, ...neighbours].sort())

    await takeJobsAway() // it has killed its process, with those beside it
    const met: string[][] = []
    for (let look = 0; look < 8; look++) {
      await bench().pass('1s')
      met.push([...running.keys()])
      if (running.has(poison)) await takeJobsAway()
      else for (const letGo of [...running.values()]) letGo()
    }
    const [besideIt] = met.filter((ids) => ids.includes(poison))
    expect(besideIt).not.toContain(neighbours[0])
    expect(await bench().get(poison)).toMatchObject({ state: 'dead', error: { code: 'JOBS_LOST' } })
    for (const id of neighbours) expect(await bench().get(id)).toMatchObject({ state: 'done' })
  })

  test('of two jobs that have lost two workers the second runs once the first has failed', async () => {
    const waiting = { name: 'test.work', state: 'waiting', at: bench().clock.now(), losses: 2 } as const
    const ids = [await aJob(database(), waiting), await aJob(database(), waiting)]
    const begun: string[] = []
    bench().handler = async (_, { jobId }) => {
      begun.push(jobId)
      throw new Error('carrier is down')
    }
    await bench().anotherEngine({ concurrency: 2 }).engine.start()
    await bench().pass('1s')
    await bench().pass('1s')
    expect(begun).toEqual(ids)
  })

  test('a worker never takes its own jobs for lost, however long its heartbeat could not be written', async () => {
    const { engine, clock } = bench()
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await engine.start()
    const id = await bench().enqueue()
    await begun
    const another = await aRescuerThatWatches()
    await database().query('UPDATE linehaul.worker SET heartbeat_at = $1', [clock.ago('1h')])
    await bench().pass('2s') // its own rescuer looks
    expect(await bench().get(id)).toMatchObject({ state: 'running', losses: 0 })
    expect(await another.runOnce()).toEqual({ rescued: 1 })
    letGo()
  })

  test('the jobs of a worker are lost once its lease is over, not before', async () => {
    const { engine, clock } = bench()
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await engine.start()
    const id = await bench().enqueue()
    await begun
    const rescuer = await aRescuerThatWatches()
    await bench().database.idle()
    await database().query('UPDATE linehaul.worker SET heartbeat_at = $1', [clock.ago('15s')])
    expect(await rescuer.runOnce()).toEqual({ rescued: 0 })
    await database().query('UPDATE linehaul.worker SET heartbeat_at = $1', [clock.ago('15001ms')])
    expect(await rescuer.runOnce()).toEqual({ rescued: 1 })
    expect(await bench().get(id)).toMatchObject({ state: 'waiting', losses: 1 })
    letGo()
  })

  test('a worker that beats keeps a job that runs far longer than the lease', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    await begun
    for (let seconds = 0; seconds < 50; seconds += 5) await bench().pass('5s')
    expect(await bench().get(id)).toMatchObject({ state: 'running', losses: 0 })
    letGo()
  })

  test('a job is given to another worker only once when two look for lost ones at a time', async () => {
    const id = await aJob(database(), { name: 'test.work', state: 'running', at: bench().clock.ago('1h') })
    await Promise.all([rescuerOf(bench()).runOnce(), rescuerOf(bench()).runOnce()])
    expect(await bench().get(id)).toMatchObject({
      state: 'waiting',
      losses: 1,
      attempts: [{ ended: 'lost' }],
    })
  })

  test('a late finish of a rescued attempt changes nothing', async () => {
    const first = aDeafHandler()
    bench().handler = first.handler
    await bench().engine.start()
    const id = await bench().enqueue()
    await first.begun
    await takeJobsAway()
    bench().handler = async () => 'second'
    const late = bench().ended(({ state }) => state === 'lost')
    first.letGo('late')
    expect(await late).toMatchObject({ state: 'lost' })
    await bench().pass('1s')
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 'second', losses: 1 })
  })

  test('a late failure of a rescued attempt changes nothing', async () => {
    let fail: (error: Error) => void = () => undefined
    const begun = new Promise<void>((resolve) => {
      bench().handler = () =>
        new Promise((_, reject) => {
          fail = reject
          resolve()
        })
    })
    await bench().engine.start()
    const id = await bench().enqueue()
    await begun
    await takeJobsAway()
    bench().handler = async () => 'second'
    const late = bench().ended(({ state }) => state === 'lost')
    fail(new Error('late'))
    expect(await late).toMatchObject({ jobId: id })
    await bench().pass('1s')
    expect((await bench().get(id)).attempts.map(({ ended }) => ended)).toEqual(['lost', 'done'])
  })

  test.each<[string, Outcome]>([
    ['ends', 'late'],
    ['wants to be snoozed', snooze('1h')],
  ])('an attempt that %s while its job runs anew leaves that run alone', async (_what, outcome) => {
    const { engine } = bench().anotherEngine({ concurrency: 2 })
    const first = aDeafHandler()
    const second = aDeafHandler()
    bench().handler = first.handler
    await engine.start()
    const id = await bench().enqueue()
    await bench().pass('200ms')
    await first.begun
    bench().handler = second.handler
    await takeJobsAway()
    await bench().pass('200ms') // it is claimed again, and the watcher has not looked yet
    await second.begun
    const late = engine.signals.next('attempt.ended')
    first.letGo(outcome)
    expect(await late).toMatchObject({ jobId: id, state: 'lost' })
    expect(await bench().get(id)).toMatchObject({ state: 'running' })
    const ended = engine.signals.next('attempt.ended')
    second.letGo('second')
    expect(await ended).toMatchObject({ jobId: id, state: 'done' })
    expect(await bench().get(id)).toMatchObject({ result: 'second', losses: 1 })
  })

  test('the handler of a rescued attempt hears that it lost its job', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    await bench().enqueue()
    const { signal } = await begun
    await takeJobsAway()
    expect(signal.aborted).toBe(false)
    await bench().pass('500ms')
    expect(signal.reason).toMatchObject({ code: 'JOBS_STOPPED_BY_LEASE' })
    letGo()
  })

  test.runIf(kind === 'embedded')(
    'at start on an embedded database what the process before left running comes back at once',
    async () => {
      const before = bench().anotherEngine().engine.workerId
      const at = bench().clock.now()
      await database().query(`INSERT INTO linehaul.worker VALUES ($1, 'here', 1, '{default}', 1, $2, $2)`, [
        before,
        at,
      ])
      const id = await aJob(database(), { name: 'test.work', state: 'running', at, workerId: before })
      const done = bench().ended()
      await bench().engine.start()
      expect(await done).toMatchObject({ jobId: id, state: 'done' })
    },
  )

  test.runIf(kind === 'server')('at start on a server the jobs of living workers stay theirs', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    await begun
    await bench().anotherEngine().engine.start()
    await bench().pass('1s')
    expect(await bench().get(id)).toMatchObject({ state: 'running', losses: 0 })
    letGo()
  })

  test('workers that are gone are forgotten, those that hold a job once it is given back', async () => {
    const { clock } = bench()
    const old = bench().anotherEngine().engine.workerId
    const rescuer = await aRescuerThatWatches()
    await database().query(`INSERT INTO linehaul.worker VALUES ($1, 'away', 1, '{default}', 1, $2, $2)`, [
      old,
      clock.ago('1h'),
    ])
    await rescuer.runOnce()
    expect(await database().query('SELECT id FROM linehaul.worker')).toEqual([])
  })
})
