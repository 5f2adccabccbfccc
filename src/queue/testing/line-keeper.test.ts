import { beforeEach, describe, expect, test } from 'vitest'

import type { Database } from '../../database/index.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import type { Duration } from '../../time/index.js'
import { LineKeeper } from '../duty/line-keeper.js'
import { Registry } from '../registry.js'
import { aJob, clearJobs } from './engine-fixture.js'
import { Turnstile } from './turnstile.js'
import { eachTestHasAWorkbench } from './workbench.js'

const UNKNOWN = /^\s*-- set aside unknown/
const PAUSED = /^\s*-- set aside:/

/** A database on which some statements take their time. */
class SlowDatabase extends FaultyDatabase {
  readonly asked: string[] = []

  constructor(
    real: Database,
    private readonly clock: FakeClock,
    private readonly slow: { readonly statement: RegExp; readonly takes: Duration },
  ) {
    super(real)
  }

  override query<Row>(sql: string, ...rest: [parameters?: readonly unknown[]]): Promise<Row[]> {
    if (this.slow.statement.test(sql)) {
      this.asked.push(sql)
      this.clock.block(this.slow.takes)
    }
    return super.query<Row>(sql, ...rest)
  }
}

onEachDatabase((database) => {
  const bench = eachTestHasAWorkbench(database)
  const known = new Turnstile().job('test.known')
  const registry = new Registry<never>([known])
  beforeEach(() => clearJobs(database()))

  /** One for which `statement` takes 100 ms. */
  function aKeeper(statement: RegExp) {
    const { clock } = bench()
    const slow = new SlowDatabase(database(), clock, { statement, takes: '100ms' })
    const keeper = new LineKeeper({ database: slow, registry, clock }, () => undefined)
    return { keeper, slow, clock, at: clock.now() }
  }

  const pause = (name: string) =>
    database().query(
      `INSERT INTO linehaul.pause (name, paused_by, reason, paused_at) VALUES ($1, 'ada', 'x', now())`,
      [name],
    )

  test('two processes that keep lines at once move each job but once', async () => {
    const keepers = [aKeeper(PAUSED).keeper, aKeeper(PAUSED).keeper]
    const all = async () => Promise.all(keepers.map((keeper) => keeper.runOnce()))
    const sum = (rounds: readonly { aside: number; back: number }[]) => ({
      aside: rounds.reduce((count, { aside }) => count + aside, 0),
      back: rounds.reduce((count, { back }) => count + back, 0),
    })
    await pause('test.known')
    await database().query(
      `INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts)
       SELECT gen_random_uuid(), 'default', 'default', CASE n % 2 WHEN 0 THEN 'test.known' ELSE 'test.retired' END, '{}',
              'waiting', 0, now(), now(), 5
       FROM generate_series(1, 5000) AS n`,
    )
    expect(sum(await all())).toEqual({ aside: 5_000, back: 0 })
    await database().query('DELETE FROM linehaul.pause')
    expect(sum(await all())).toEqual({ aside: 0, back: 2_500 })
  })

  describe('a look that takes long', () => {
    test('for what is unknown, and finds nothing, is repeated after twenty times as long', async () => {
      const { keeper, slow, clock, at } = aKeeper(UNKNOWN)
      await keeper.runOnce()
      await aJob(database(), { name: 'test.retired', state: 'waiting', at })
      clock.advance('1999ms')
      expect(await keeper.runOnce()).toEqual({ aside: 0, back: 0 })
      expect(slow.asked).toHaveLength(1)
      clock.advance('1ms')
      expect(await keeper.runOnce()).toEqual({ aside: 1, back: 0 })
      expect(await keeper.runOnce()).toEqual({ aside: 0, back: 0 }) // at once, for there may be more
      expect(slow.asked).toHaveLength(3)
    })

    test('for what is paused, and finds nothing, is repeated after twenty times as long', async () => {
      const { keeper, slow, clock, at } = aKeeper(PAUSED)
      await pause('test.known')
      await keeper.runOnce()
      await aJob(database(), { name: 'test.known', state: 'waiting', at })
      clock.advance('1999ms')
      expect(await keeper.runOnce()).toEqual({ aside: 0, back: 0 })
      expect(slow.asked).toHaveLength(1)
      clock.advance('1ms')
      expect(await keeper.runOnce()).toEqual({ aside: 1, back: 0 })
    })

    test('for what is paused is repeated at once when somebody pauses', async () => {
      const { keeper, at } = aKeeper(PAUSED)
      await pause('test.other')
      await keeper.runOnce()
      await pause('test.known')
      await aJob(database(), { name: 'test.known', state: 'waiting', at })
      keeper.lookAnew()
      expect(await keeper.runOnce()).toEqual({ aside: 1, back: 0 })
    })

    test('for what is paused is repeated at once when somebody pauses while it is under way', async () => {
      const { keeper, slow, at } = aKeeper(PAUSED)
      await pause('test.other')
      const answer = slow.holdNext(PAUSED)
      const round = keeper.runOnce()
      await answer.reached
      await pause('test.known')
      await aJob(database(), { name: 'test.known', state: 'waiting', at })
      keeper.lookAnew()
      answer.release()
      expect(await round).toEqual({ aside: 0, back: 0 })
      expect(await keeper.runOnce()).toEqual({ aside: 1, back: 0 })
    })

    test('for what is paused keeps nobody waiting who pauses a running engine’s definition', async () => {
      const { clock } = bench()
      const slow = new SlowDatabase(database(), clock, { statement: PAUSED, takes: '1m' })
      const { engine } = bench().anotherEngine({ database: slow, jobs: [known], serve: [] })
      await engine.start()
      const who = { by: 'ada', reason: 'x' }
      await engine.pauses.pause({ name: 'test.known', tenantId: 'nobody' }, who)
      await slow.idle()
      const { id } = await engine.enqueue(known, { key: '' }, { tenantId: 'default' })
      await engine.pauses.pause({ name: 'test.known' }, who)
      await slow.idle()
      expect((await engine.operator.get('default', id)).state).toBe('held')
    })
  })
})
