import { afterAll, beforeAll, expect, test } from 'vitest'

import { FakeClock } from '../../time/testing/fake-clock.js'
import { FaultyDatabase } from '../testing/faulty-database.js'
import { openTestDatabase } from '../testing/test-database.js'
import { Upkeep } from './upkeep.js'

const LIST = /-- list untidy tables/

let opened: Awaited<ReturnType<typeof openTestDatabase>>
beforeAll(async () => {
  opened = await openTestDatabase('embedded')
})
afterAll(() => opened.remove())

test('a table with many dead rows is vacuumed, and then there are none', async () => {
  const { db } = opened
  const countDead = async () => {
    await db.query('SELECT pg_stat_force_next_flush()')
    const [row] = await db.query<{ n: number }>(
      `SELECT n_dead_tup::int AS n FROM pg_stat_user_tables WHERE relname = 'busy'`,
    )
    return row?.n
  }
  await db.query('CREATE TABLE busy AS SELECT n FROM generate_series(1, 200) AS n')
  const upkeep = new Upkeep(db, new FakeClock(), () => undefined)
  await upkeep.runOnce()
  for (let round = 0; round < 5; round++) await db.query('UPDATE busy SET n = n + 1')
  expect(await countDead()).toBeGreaterThan(500)
  expect(await upkeep.runOnce()).toEqual({ vacuumed: ['public.busy'] })
  expect(await countDead()).toBe(0)
  expect(await upkeep.runOnce()).toEqual({ vacuumed: [] })
})

test('upkeep looks every thirty seconds, goes on after a failure, and stops when told', async () => {
  const { db } = opened
  const clock = new FakeClock()
  const faulty = new FaultyDatabase(db)
  const errors: unknown[] = []
  const upkeep = new Upkeep(faulty, clock, (error) => errors.push(error))
  upkeep.start()
  for (let round = 0; round < 2; round++) {
    faulty.failNext(LIST)
    clock.advance('30s')
    await faulty.idle()
  }
  expect(errors).toHaveLength(2)
  upkeep.stop()
  expect(clock.pendingAlarms).toBe(0)
})
