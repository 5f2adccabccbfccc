import { beforeEach, expect, test, vi } from 'vitest'

import { onEachDatabase } from '../../database/testing/test-database.js'
import type { PauseTarget } from '../limit/pause-target.js'
import { carryPausesOver } from '../store/pause.js'
import { aJob, type Fixture } from './engine-fixture.js'
import { Turnstile, type TurnstileJob } from './turnstile.js'
import { eachTestHasAWorkbench } from './workbench.js'

const who = { by: 'ada', reason: 'carrier is down' }

onEachDatabase((database, kind) => {
  const bench = eachTestHasAWorkbench(database)
  let turnstile: Turnstile
  let orders: TurnstileJob
  let lanes: TurnstileJob
  let fixture: Fixture

  beforeEach(() => {
    turnstile = new Turnstile()
    turnstile.isOpen = true
    orders = turnstile.job('test.orders', { queue: 'orders', aliases: ['test.former-orders'] })
    lanes = turnstile.job('test.lanes', { queue: 'lanes' })
    fixture = bench().anotherEngine({ jobs: [orders, lanes], concurrency: 10 })
  })

  const pauses = () => fixture.engine.pauses
  const enqueue = (job: TurnstileJob, tenantId: string) =>
    fixture.engine.enqueue(job, { key: job.queue }, { tenantId })

  /** As a version does that does not know the new name. */
  const pauseFormerOrders = () =>
    database().query(
      `INSERT INTO linehaul.pause (name, paused_by, reason, paused_at) VALUES ('test.former-orders', $1, $2, $3)`,
      [who.by, who.reason, bench().clock.now()],
    )

  async function enqueueOneOfEach(): Promise<void> {
    for (const job of [orders, lanes]) for (const tenantId of ['a', 'b']) await enqueue(job, tenantId)
  }

  test('a definition that is renamed while it is paused stays so, under its new name as well', async () => {
    await pauseFormerOrders()
    await fixture.engine.start()
    await bench().pass('1s')
    await enqueueOneOfEach()
    await bench().pass('1s')
    expect(turnstile.begun.toSorted()).toEqual(['lanes@a', 'lanes@b'])
    expect(await pauses().list()).toEqual([{ name: 'test.orders', ...who, at: expect.any(Date) as Date }])
    await pauses().resume({ name: 'test.orders' }, { by: 'bob' })
    await bench().pass('1s')
    expect(turnstile.begun).toHaveLength(4)
  })

  test('a renamed definition stays resumed once it is, even if a version that knows but its former name did so', async () => {
    await pauseFormerOrders()
    await fixture.engine.start()
    await bench().pass('1s')
    const names = () => database().query('SELECT name FROM linehaul.pause ORDER BY name')
    expect(await names()).toEqual([{ name: 'test.former-orders' }, { name: 'test.orders' }])
    const older = bench().anotherEngine({ jobs: [turnstile.job('test.former-orders', { queue: 'orders' })] })
    await older.engine.pauses.resume({ name: 'test.former-orders' }, { by: 'bob' })
    for (let n = 0; n < 3; n++) await bench().pass('1s')
    expect(await names()).toEqual([{ name: 'test.orders' }])
    await bench()
      .anotherEngine({ jobs: [orders, lanes] })
      .engine.start()
    for (let n = 0; n < 3; n++) await bench().pass('1s')
    expect(await names()).toEqual([{ name: 'test.orders' }])
    await pauses().resume({ name: 'test.orders' }, { by: 'bob' })
    for (let n = 0; n < 3; n++) await bench().pass('1s')
    expect(await names()).toEqual([])
  })

  test.runIf(kind === 'server')(
    'what is resumed just when it is carried over to the new name stays resumed',
    async () => {
      await pauseFormerOrders()
      const resume = bench().database.holdNext(/^DELETE/)
      const resumed = bench().database.transaction((tx) => tx.query('DELETE FROM linehaul.pause'))
      await resume.reached
      const carried = carryPausesOver(database(), [{ name: 'test.orders', former: 'test.former-orders' }])
      const waiting = () =>
        database().query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database()
             AND wait_event_type = 'Lock' AND query LIKE '%-- carry pauses over%' AND pid <> pg_backend_pid()`,
        )
      await vi.waitFor(async () => expect(await waiting()).toHaveLength(1)).finally(() => resume.release())
      await Promise.all([resumed, carried])
      expect(await pauses().list()).toEqual([])
    },
  )

  test('a job that lies in another queue than its definition is put aside as well', async () => {
    const elsewhere = await aJob(database(), {
      name: 'test.orders',
      state: 'waiting',
      queue: 'lanes',
      at: bench().clock.now(),
    })
    await pauses().pause({ name: 'test.orders' }, who)
    await fixture.engine.start()
    await bench().pass('1s')
    expect((await fixture.engine.operator.get('default', elsewhere)).state).toBe('held')
  })

  test.each<[PauseTarget, readonly string[]]>([
    [{ queue: 'orders' }, ['lanes@a', 'lanes@b']],
    [{ name: 'test.orders' }, ['lanes@a', 'lanes@b']],
    [{ name: 'test.former-orders' }, ['lanes@a', 'lanes@b']],
    [{ tenantId: 'a' }, ['lanes@b', 'orders@b']],
    [{ queue: 'orders', tenantId: 'a' }, ['lanes@a', 'lanes@b', 'orders@b']],
    [{ name: 'test.orders', tenantId: 'a' }, ['lanes@a', 'lanes@b', 'orders@b']],
  ])('while %j is paused the others run, and once it is resumed it runs too', async (target, others) => {
    await pauses().pause(target, who)
    await enqueueOneOfEach()
    await fixture.engine.start()
    for (let n = 0; n < 3; n++) await bench().pass('1s')
    expect([...turnstile.begun].sort()).toEqual(others)
    await pauses().resume(target, { by: 'bob' })
    for (let n = 0; n < 2; n++) await bench().pass('1s')
    expect([...turnstile.begun].sort()).toEqual(['lanes@a', 'lanes@b', 'orders@a', 'orders@b'])
    expect(await pauses().list()).toEqual([])
  })

  test('a pause holds in every process at once, and what runs already goes on', async () => {
    turnstile.isOpen = false
    await fixture.engine.start()
    await enqueue(orders, 'a')
    await bench().pass('1ms')
    const elsewhere = bench().anotherEngine({ jobs: [orders, lanes] })
    await elsewhere.engine.pauses.pause({ queue: 'orders' }, who)
    await enqueue(orders, 'a')
    await bench().pass('1s')
    expect(turnstile.inside).toHaveLength(1)
    expect(turnstile.inside[0]?.attempt.signal.aborted).toBe(false)
  })

  test('who paused first stays, with the reason given then', async () => {
    const at = bench().clock.now()
    const first = await pauses().pause({ queue: 'orders' }, who)
    expect(first).toEqual({ pause: { queue: 'orders', ...who, at }, isNew: true })
    bench().clock.advance('1m')
    const second = await pauses().pause({ queue: 'orders' }, { by: 'bob', reason: 'lunch' })
    expect(second).toEqual({ pause: first.pause, isNew: false })
    await pauses().pause({ name: 'test.former-orders', tenantId: 'a' }, { by: 'bob', reason: 'lunch' })
    expect(await pauses().list()).toMatchObject([
      { queue: 'orders', by: 'ada', reason: 'carrier is down', at },
      { name: 'test.orders', tenantId: 'a', by: 'bob' },
    ])
  })

  test('whoever resumes what is not paused learns what is', async () => {
    await pauses().pause({ queue: 'lanes', tenantId: 'a' }, who)
    await expect(pauses().resume({ queue: 'orders' }, { by: 'bob' })).rejects.toMatchObject({
      code: 'JOBS_NOT_PAUSED',
      message: 'There is no pause on queue orders. Paused are: queue lanes of tenant a.',
    })
    // Each pause stands by itself: resuming the whole does not lift that of a part.
    await expect(pauses().resume({ queue: 'lanes' }, { by: 'bob' })).rejects.toMatchObject({
      code: 'JOBS_NOT_PAUSED',
    })
    expect(await pauses().list()).toHaveLength(1)
  })

  test.each<[PauseTarget, string, string, RegExp]>([
    [{ queue: 'ordres' }, 'x', 'JOBS_UNKNOWN_QUEUE', /Did you mean "orders"/],
    [{ name: 'test.order' }, 'x', 'JOBS_UNKNOWN_DEFINITION', /Did you mean "test.orders"/],
    [{ tenantId: '' }, 'x', 'JOBS_INVALID_OPTION', /names nothing/],
    [{ queue: 'orders', name: 'test.orders' } as never, 'x', 'JOBS_INVALID_OPTION', /one by one/],
    [{ tenant: 'a', queue: 'orders' } as never, 'x', 'JOBS_UNKNOWN_OPTION', /Did you mean "tenantId"/],
    [{ tenantId: 'a\0' }, 'x', 'JOBS_INVALID_OPTION', /cannot store/],
    [{ queue: 'orders' }, 'x'.repeat(501), 'JOBS_INVALID_OPTION', /501 characters/],
    [{ queue: 'orders' }, 'a\0b', 'JOBS_INVALID_OPTION', /cannot store/],
    [{ queue: 'orders' }, ' ', 'JOBS_INVALID_OPTION', /say who does it, and why/],
  ])('a pause on %j for "%s" is refused with %s', async (target, reason, code, message) => {
    await expect(pauses().pause(target, { by: 'ada', reason })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    })
    expect(await pauses().list()).toEqual([])
  })

  test('who paused and who resumed is remembered, the newest first', async () => {
    const { clock } = bench()
    const [first, later] = [clock.now(), new Date(clock.now().getTime() + 60_000)]
    await pauses().pause({ queue: 'orders' }, who)
    clock.advance('1m')
    await pauses().resume({ queue: 'orders' }, { by: 'bob' })
    await pauses().pause({ queue: 'orders' }, { by: 'cleo', reason: 'again' })
    expect(await pauses().history()).toEqual([
      { queue: 'orders', by: 'cleo', reason: 'again', at: later, resumed: null },
      { queue: 'orders', ...who, at: first, resumed: { by: 'bob', at: later } },
    ])
    expect(await pauses().history({ limit: 1 })).toMatchObject([{ by: 'cleo' }])
  })

  test('a definition under all its names is remembered as one pause', async () => {
    await pauses().pause({ name: 'test.former-orders' }, who)
    expect(await pauses().history()).toMatchObject([{ name: 'test.orders', resumed: null }])
    await pauses().resume({ name: 'test.orders' }, { by: 'bob' })
    for (const name of ['test.orders', 'test.former-orders'])
      expect(await pauses().history({ name })).toMatchObject([
        { name: 'test.orders', resumed: { by: 'bob' } },
      ])
  })

  test('the history of a target leaves out the others', async () => {
    const targets: PauseTarget[] = [
      { queue: 'orders' },
      { queue: 'orders', tenantId: 'a' },
      { name: 'test.orders', tenantId: 'a' },
      { queue: 'lanes' },
    ]
    for (const target of targets) await pauses().pause(target, who)
    for (const target of targets.slice(0, 3)) await pauses().resume(target, { by: 'bob' })
    expect(await pauses().history({ queue: 'orders' })).toHaveLength(2)
    expect(await pauses().history({ tenantId: 'a' })).toHaveLength(2)
    expect(await pauses().history({ queue: 'orders', tenantId: 'a' })).toMatchObject([targets[1]])
    expect(await pauses().history({ queue: 'lanes' })).toMatchObject([{ resumed: null }])
    expect(await pauses().history({ name: 'test.nothing' })).toEqual([])
  })

  test.each([
    [{ quue: 'orders' }, 'JOBS_UNKNOWN_OPTION'],
    [{ limit: 0 }, 'JOBS_INVALID_OPTION'],
    [{ limit: 1_001 }, 'JOBS_INVALID_OPTION'],
  ])('a history of %j is refused with %s', async (filter, code) => {
    await expect(pauses().history(filter as never)).rejects.toMatchObject({ code })
  })

  test.each([
    [{ by: '' }, 'JOBS_INVALID_OPTION'],
    [{}, 'JOBS_INVALID_OPTION'],
    [{ by: 'x'.repeat(501) }, 'JOBS_INVALID_OPTION'],
    [{ by: 'ada', why: 'x' }, 'JOBS_UNKNOWN_OPTION'],
  ])('whoever resumes as %j is refused with %s, and the pause stands', async (resumer, code) => {
    await pauses().pause({ queue: 'orders' }, who)
    await expect(pauses().resume({ queue: 'orders' }, resumer as never)).rejects.toMatchObject({ code })
    expect(await pauses().list()).toHaveLength(1)
  })

  test('the counts of a queue say what is held, and who paused it or a tenant of it', async () => {
    const at = bench().clock.now()
    const queues = async (tenantId: string) =>
      Object.fromEntries(
        (await fixture.engine.operator.queues(tenantId)).map((queue) => [queue.queue, queue]),
      )
    await pauses().pause({ queue: 'lanes' }, who)
    await pauses().pause({ tenantId: 'a' }, { by: 'bob', reason: 'unpaid' })
    await pauses().pause({ name: 'test.orders' }, who)
    await enqueueOneOfEach()
    await fixture.engine.start()
    await bench().pass('1s')
    expect(await queues('a')).toMatchObject({
      lanes: { waiting: 1, held: 0, paused: { ...who, at } },
      orders: { waiting: 0, held: 1, paused: { by: 'bob', reason: 'unpaid', at } },
    })
    expect(await queues('b')).toMatchObject({
      lanes: { paused: { ...who, at } },
      orders: { held: 1, blocked: 0, paused: null },
    })
  })

  test.each<[PauseTarget]>([[{ tenantId: 'a' }], [{ name: 'test.limited', tenantId: 'a' }]])(
    'jobs kept back by a pause on %j take up no room of a limit that others share',
    async (target) => {
      turnstile.isOpen = false
      const limited = turnstile.job('test.limited', { limits: [{ concurrency: 1 }] })
      const { engine } = (fixture = bench().anotherEngine({ jobs: [limited], concurrency: 10 }))
      const elsewhere = bench().anotherEngine({ jobs: [limited], serve: [] })
      await elsewhere.engine.start()
      const { id } = await engine.enqueue(limited, { key: 'x' }, { tenantId: 'a' })
      await bench().pass('1s')
      expect((await engine.operator.get('a', id)).state).toBe('waiting') // admitted, and nobody took it yet
      await pauses().pause(target, who)
      await engine.enqueue(limited, { key: 'x' }, { tenantId: 'b' })
      await engine.start()
      for (let n = 0; n < 3; n++) await bench().pass('1s')
      expect(turnstile.begun).toEqual(['x@b'])
      expect((await engine.operator.get('a', id)).state).toBe('held')
      await pauses().resume(target, { by: 'bob' })
      turnstile.inside[0]?.end()
      await bench().pass('1s')
      expect(turnstile.begun).toEqual(['x@b', 'x@a'])
    },
  )
})
