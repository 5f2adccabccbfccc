import { expect, test } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import { aJob } from './engine-fixture.js'
import { aDeafHandler, eachTestHasAWorkbench } from './workbench.js'

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database, { engine: { concurrency: 1 } })

  test('a claim that fails is tried again, after pauses that grow', async () => {
    const { clock, database: faulty, errors } = bench()
    // Not enqueued: that would ring, and a ring cuts a pause short.
    const id = await aJob(database(), { name: 'test.work', state: 'waiting', at: clock.now() })
    const start = clock.now().getTime()
    for (let n = 0; n < 4; n++) faulty.failNext(/^\s*-- claim/)
    await bench().engine.start()
    const failedAt: number[] = []
    for (let ms = 0; ms <= 1_500; ms += 100) {
      await bench().pass('0ms')
      while (failedAt.length < errors.length) failedAt.push(clock.now().getTime() - start)
      await bench().pass('100ms')
    }
    expect(failedAt).toEqual([0, 100, 300, 700])
    expect(await bench().get(id)).toMatchObject({
      state: 'done',
      claimedAt: new Date(start + 1_500),
      losses: 0,
    })
  })

  test('a job whose claim was written but never heard of is given back by the watcher', async () => {
    const { database: faulty } = bench()
    const id = await bench().enqueue()
    faulty.failNext(/^\s*-- claim/, undefined, { after: true })
    await bench().engine.start()
    await faulty.idle()
    expect(await bench().get(id)).toMatchObject({ state: 'running' })
    await bench().pass('500ms')
    await bench().pass('500ms')
    // No loss: this worker never began it, so its handler has not taken anything down.
    expect(await bench().get(id)).toMatchObject({
      state: 'done',
      attempt: 1,
      losses: 0,
      attempts: [{ ended: 'released' }, { ended: 'done' }],
    })
  })

  test('claims that are never heard of make no suspects, however many there are', async () => {
    const { engine } = bench().anotherEngine({ concurrency: 5 })
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push(await bench().enqueue(n))
    for (let n = 0; n < 4; n++) bench().database.failNext(/^\s*-- claim/, undefined, { after: true })
    await engine.start()
    for (let n = 0; n < 10; n++) await bench().pass('500ms')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    for (const id of ids)
      expect(await bench().get(id)).toMatchObject({ state: 'done', attempt: 1, losses: 0 })
  })

  test('the watcher lets alone what a claim is still bringing', async () => {
    const { database: faulty } = bench()
    const id = await bench().enqueue()
    const claim = faulty.holdNext(/^\s*-- claim/)
    await bench().engine.start()
    await claim.reached
    const looked = faulty.holdNext(/^\s*-- list held/)
    bench().clock.advance('500ms')
    await looked.reached
    looked.release()
    const done = bench().ended()
    claim.release()
    expect(await done).toMatchObject({ jobId: id, state: 'done' })
    expect(await bench().get(id)).toMatchObject({ losses: 0 })
  })

  test('a finish whose answer is lost does not run the job twice', async () => {
    let runs = 0
    bench().handler = async () => (runs += 1)
    bench().database.failNext(/^\s*-- finish/, undefined, { after: true })
    await bench().engine.start()
    const told = bench().ended()
    const id = await bench().enqueue()
    for (let n = 0; n < 10; n++) await bench().pass('1s')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 1, losses: 0 })
    expect(await told).toMatchObject({ jobId: id, state: 'done' })
    expect(runs).toBe(1)
  })

  test('an attempt that ends while the database is away is recorded once it is back, and not run again', async () => {
    let runs = 0
    bench().handler = async () => (runs += 1)
    for (let n = 0; n < 5; n++) bench().database.failNext(/^\s*-- finish/)
    await bench().engine.start()
    const id = await bench().enqueue()
    for (let n = 0; n < 5; n++) await bench().pass('500ms')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    expect(await bench().get(id)).toMatchObject({ state: 'done', result: 1, attempt: 1, losses: 0 })
    expect(runs).toBe(1)
  })

  test('a retry whose answer is lost spends one attempt, not two', async () => {
    bench().handler = async () => {
      throw new Error('carrier is down')
    }
    bench().database.failNext(/^\s*-- put back/, undefined, { after: true })
    await bench().engine.start()
    const id = await bench().enqueue()
    for (let n = 0; n < 3; n++) await bench().pass('500ms')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    expect(await bench().get(id)).toMatchObject({ state: 'scheduled', attempt: 1, losses: 0 })
  })

  test.each(['40P01', '40001', '55P03', '57014', '25006', '53100'])(
    'a finish that others, or a standby, were in the way of (%s) is written later, and the job is not run again',
    async (code) => {
      let runs = 0
      bench().handler = async () => (runs += 1)
      bench().database.failNext(/^\s*-- finish/, Object.assign(new Error('not now'), { code }))
      await bench().engine.start()
      const id = await bench().enqueue()
      for (let n = 0; n < 3; n++) await bench().pass('500ms')
      expect(bench().database.hasFailedAsAsked).toBe(true)
      expect(await bench().get(id)).toMatchObject({ state: 'done', result: 1, losses: 0 })
      expect(runs).toBe(1)
    },
  )

  test('a finish that fails for another reason is reported, and the job is run again', async () => {
    bench().database.failNext(/^\s*-- finish/, new Error('no such thing'))
    await bench().engine.start()
    const id = await bench().enqueue()
    for (let n = 0; n < 3; n++) await bench().pass('500ms')
    expect(bench().errors).toMatchObject([{ message: 'no such thing' }])
    expect(await bench().get(id)).toMatchObject({ state: 'done', losses: 1, attempt: 1 })
  })

  test('an enqueue that fails rejects, and nothing is there', async () => {
    bench().database.failNext(/^\s*-- insert jobs/)
    await expect(bench().enqueue()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true })
    expect(await bench().engine.operator.list('default', { limit: 10 })).toEqual([])
  })

  test.each([
    ['watch', /^\s*-- list held/],
    ['heartbeat', /^\s*-- beat/],
    ['promote', /^\s*-- promote/],
    ['rescue', /^\s*-- list lost/],
    ['prune', /^\s*-- get today/],
    ['sync schedules', /^\s*-- list schedules/],
    ['tick', /^\s*-- list due schedules/],
  ])('the service "%s" goes on after a round that failed', async (_name, statement) => {
    await bench().engine.start()
    await bench().pass('0ms')
    bench().database.failNext(statement)
    bench().database.failNext(statement)
    for (let n = 0; n < 3; n++) await bench().pass('1h')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    expect(bench().errors).toHaveLength(2)
  })

  test('a heartbeat that failed for a while does not lose the jobs that run', async () => {
    const { handler, begun, letGo } = aDeafHandler()
    bench().handler = handler
    await bench().engine.start()
    const id = await bench().enqueue()
    await begun
    await bench().database.idle()
    bench().database.failNext(/^\s*-- beat/)
    bench().database.failNext(/^\s*-- beat/)
    for (let n = 0; n < 6; n++) await bench().pass('2500ms')
    expect(bench().database.hasFailedAsAsked).toBe(true)
    const done = bench().ended()
    letGo('still mine')
    expect(await done).toMatchObject({ state: 'done' })
    expect(await bench().get(id)).toMatchObject({ losses: 0 })
  })
})
