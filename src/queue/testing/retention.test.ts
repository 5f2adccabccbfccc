import { beforeEach, expect, test } from 'vitest'

import { newId } from '../../database/index.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Pruner } from '../duty/pruner.js'
import { finish } from '../store/finish.js'
import { addDay, dropDay, listDays } from '../store/partitions.js'
import { aJob, clearJobs } from './engine-fixture.js'

const DAY_MS = 86_400_000

const LIST_WAITING = /* sql */ `
SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE datname = current_database() AND NOT granted`

onEachDatabase((database, kind) => {
  let clock: FakeClock
  let pruner: Pruner

  beforeEach(async () => {
    await clearJobs(database())
    for (const day of await listDays(database())) await dropDay(database(), day)
    clock = new FakeClock('2026-02-20T23:30:00Z')
    pruner = new Pruner(database(), clock)
  })

  /** A job that is done now and may be forgotten after so many days. */
  async function aDoneJob(keepDays: number): Promise<string> {
    const { id, end } = await aRunningJob()
    await end(keepDays)
    return id
  }

  async function aRunningJob(): Promise<{ id: string; end(keepDays: number): Promise<unknown> }> {
    const id = await aJob(database(), { name: 'test.work', state: 'running', at: clock.now() })
    const [job] = await database().query<{ fence: string }>(
      'SELECT fence::text AS fence FROM linehaul.job WHERE id = $1',
      [id],
    )
    const fence = job?.fence ?? newId()
    const ending = {
      id,
      fence,
      state: 'done',
      result: null,
      error: null,
    } as const
    return {
      id,
      end: (keepDays) => finish(database(), [{ ...ending, keepMs: keepDays * DAY_MS }], clock.now()),
    }
  }

  /** The table that holds a finished job; `undefined` when it is forgotten. */
  async function tableOf(id: string): Promise<string | undefined> {
    const [row] = await database().query<{ table: string }>(
      `SELECT right(tableoid::regclass::text, 8) AS "table" FROM linehaul.job_archive WHERE id = $1`,
      [id],
    )
    return row?.table
  }

  test('fourteen days are made ahead, across the end of a month, and only once', async () => {
    expect(await pruner.runOnce()).toMatchObject({ added: 14 })
    const days = await listDays(database())
    expect(days).toHaveLength(14)
    expect([days[0], days.at(-1)]).toEqual(['20260221', '20260306'])
    expect(await pruner.runOnce()).toMatchObject({ added: 0 })
  })

  test('a finished job lies with the day after its time is up', async () => {
    await pruner.runOnce()
    expect(await tableOf(await aDoneJob(1 / 86_400))).toBe('20260221')
    expect(await tableOf(await aDoneJob(7))).toBe('20260228')
  })

  test('a job can be finished without any day made ahead', async () => {
    expect(await tableOf(await aDoneJob(7))).toBe('_default')
  })

  test('a day that is made takes what the default partition holds of it, and nothing else', async () => {
    const soon = await aDoneJob(7)
    const late = await aDoneJob(30)
    await pruner.runOnce()
    expect(await tableOf(soon)).toBe('20260228')
    expect(await tableOf(late)).toBe('_default')
  })

  test('a job can be looked up through its last day and is forgotten with the next', async () => {
    await pruner.runOnce()
    const id = await aDoneJob(7)
    clock.advance('7d') // 27 February, 23:30
    expect(await pruner.runOnce()).toMatchObject({ dropped: 7 })
    expect(await tableOf(id)).toBe('20260228')
    clock.advance('30m')
    expect(await pruner.runOnce()).toMatchObject({ dropped: 1 })
    expect(await tableOf(id)).toBeUndefined()
  })

  test('what expired in the default partition, for no day was made in time, is forgotten too', async () => {
    const expired = await aDoneJob(1)
    const kept = await aDoneJob(60)
    clock.advance('30d')
    expect(await pruner.runOnce()).toMatchObject({ deleted: 1 })
    expect(await tableOf(expired)).toBeUndefined()
    expect(await tableOf(kept)).toBe('_default')
  })

  test('a day is not made while too many lie in the default partition, which would be read under its lock', async () => {
    await database().query(
      `INSERT INTO linehaul.job_archive (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, attempt,
         max_attempts, losses, attempts, finished_at, expires_on)
       SELECT gen_random_uuid(), 'default', 'default', 'test.work', '{}', 'done', 0, $1, $1, 1, 1, 0, '[]', $1, '2026-02-28'
       FROM generate_series(1, 50001)`,
      [clock.now()],
    )
    expect(await pruner.runOnce()).toMatchObject({ added: 0, postponed: 14 })
    await database().query(
      'DELETE FROM linehaul.job_archive WHERE id = (SELECT id FROM linehaul.job_archive LIMIT 1)',
    )
    expect(await pruner.runOnce()).toMatchObject({ added: 14, postponed: 0 })
    expect(await database().query('SELECT FROM linehaul.job_archive_default LIMIT 1')).toEqual([])
  })

  test('an expired job is kept in the default partition, too, while an open one may still ask for it', async () => {
    const id = await aDoneJob(1)
    const waiter = await aJob(database(), { name: 'test.work', state: 'waiting', at: clock.now() })
    await database().query('UPDATE linehaul.job_archive SET has_waiters = true WHERE id = $1', [id])
    await database().query(
      'INSERT INTO linehaul.job_wait (waiter_id, awaited_id, position) VALUES ($1, $2, 0)',
      [waiter, id],
    )
    clock.advance('30d')
    await pruner.runOnce()
    expect(await tableOf(id)).toBeDefined()
    await database().query('DELETE FROM linehaul.job_wait')
    clock.advance('8d')
    await pruner.runOnce()
    expect(await tableOf(id)).toBeUndefined()
  })

  test.runIf(kind === 'server')('a job may finish in the moment in which its day is made', async () => {
    const faulty = new FaultyDatabase(database())
    const { id, end } = await aRunningJob()
    const move = faulty.holdNext(/^-- move into day/)
    const making = addDay(faulty, '20260228')
    await move.reached
    let ended = false
    const ending = end(7).finally(() => (ended = true))
    // Only the server knows when a statement has come to wait for a lock, so it is asked until one has.
    while (!ended && (await database().query(LIST_WAITING)).length === 0);
    move.release()
    await Promise.all([making, ending])
    expect(await tableOf(id)).toBe('20260228')
  })

  test('two processes may make the same days at once', async () => {
    await Promise.all([pruner.runOnce(), new Pruner(database(), clock).runOnce()])
    expect(await listDays(database())).toHaveLength(14)
  })

  test.runIf(kind === 'server')(
    'jobs finish while days are dropped, and none waits long for it',
    async () => {
      await pruner.runOnce()
      const jobs = await Promise.all(Array.from({ length: 40 }, () => aRunningJob()))
      clock.advance('10d')
      const dropping = pruner.runOnce()
      for (const { end } of jobs) await end(20)
      expect(await dropping).toMatchObject({ dropped: 10, postponed: 0 })
      for (const { id } of jobs) expect(await tableOf(id)).toBeDefined()
    },
  )

  test.runIf(kind === 'server')(
    'a day that somebody reads is dropped later, and nobody waits for it',
    async () => {
      await pruner.runOnce()
      const { id, end } = await aRunningJob()
      clock.advance('2d')
      const faulty = new FaultyDatabase(database())
      const reading = faulty.holdNext(/^SELECT count/)
      const reader = faulty.transaction((tx) => tx.query('SELECT count(*) FROM linehaul.job_archive'))
      await reading.reached
      const pruning = pruner.runOnce()
      await end(20) // finishes behind the one who waits for the reader, and before the reader is through
      expect(await pruning).toMatchObject({ dropped: 0, postponed: 2 + 2 })
      expect(await tableOf(id)).toBeDefined()
      reading.release()
      await reader
      expect(await pruner.runOnce()).toMatchObject({ dropped: 2, postponed: 0 })
    },
  )
})
