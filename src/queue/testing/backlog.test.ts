import { randomUUID } from 'node:crypto'

import { beforeEach, expect, test } from 'vitest'

import { newId, type Database } from '../../database/index.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Admitter } from '../limit/admitter.js'
import { LineKeeper } from '../duty/line-keeper.js'
import { Registry } from '../registry.js'
import { claim } from '../store/claim.js'
import { beat } from '../store/worker.js'
import { clearJobs } from './engine-fixture.js'
import { Turnstile } from './turnstile.js'

/** Claims that are timed, each of ten jobs. */
const CLAIMS = 30

/** How much longer a claim may take with a backlog beside it: generous, for the machine may be busy. */
const MOST_TIMES = 4

async function putIn(
  database: Database,
  count: number,
  { name, state, limitKeys = null }: { name: string; state: string; limitKeys?: string[] | null },
): Promise<void> {
  await database.query(
    `INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts, limit_keys)
     SELECT gen_random_uuid(), 'default', 'default', $2, '{}', $3, 0, now() - interval '1h', now(), 5, $4
     FROM generate_series(1, $1::int)`,
    [count, name, state, limitKeys],
  )
}

/** What a quarter of many claims of `test.free` do not take, in ms: the rest met what else the machine does. */
async function timeClaims(database: Database, names: readonly string[]): Promise<number> {
  await putIn(database, CLAIMS * 10, { name: 'test.free', state: 'waiting' })
  const times: number[] = []
  for (let n = 0; n < CLAIMS; n++) {
    const since = performance.now()
    const jobs = await claim(database, {
      workerId: newId(),
      wishes: [{ queue: 'default', quota: 10, cursor: '' }],
      names,
      limit: 10,
      allowSuspect: true,
      perTenant: { most: 10, holding: new Map() },
      fence: randomUUID(),
      unsynced: false,
      now: null,
    })
    times.push(performance.now() - since)
    expect(jobs.map(({ name }) => name)).toEqual(Array(10).fill('test.free'))
  }
  return times.sort((a, b) => a - b)[Math.floor(CLAIMS / 4)] ?? 0
}

onEachDatabase((database, kind) => {
  // Embedded, everything is slower by a factor: fewer show the same.
  const backlog = kind === 'server' ? { limited: 100_000, paused: 50_000 } : { limited: 5_000, paused: 5_000 }
  const turnstile = new Turnstile()
  const free = turnstile.job('test.free')
  const limited = turnstile.job('test.limited', { limits: [{ concurrency: 1 }] })
  const names = [free.name, limited.name]
  const registry = new Registry<never>([free, limited])

  beforeEach(() => clearJobs(database()))

  const aLineKeeper = () =>
    new LineKeeper({ database: database(), registry, clock: new FakeClock() }, () => undefined)

  async function compare(what: string, alone: number): Promise<void> {
    const beside = await timeClaims(database(), names)
    console.log(
      `${kind}: a claim takes ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside ${what}: ${(beside / alone).toFixed(2)} times`,
    )
    expect(beside).toBeLessThan(alone * MOST_TIMES + 5)
  }

  test('a backlog behind a full key slows no claim of other jobs, and admission hardly looks at it', async () => {
    const alone = await timeClaims(database(), names)
    await putIn(database(), backlog.limited, {
      name: limited.name,
      state: 'held',
      limitKeys: ['test.limited/0'],
    })
    const admitter = new Admitter({
      database: database(),
      registry,
      clock: new FakeClock(new Date()),
      onAdmitted: () => undefined,
      onError: () => undefined,
    })
    expect(await admitter.runOnce()).toEqual({ admitted: 1 })
    await database().query(`DELETE FROM linehaul.job WHERE state = 'waiting'`)
    await putIn(database(), 1, {
      name: limited.name,
      state: 'waiting',
      limitKeys: ['test.limited/0'],
    })
    const since = performance.now()
    expect(await admitter.runOnce()).toEqual({ admitted: 0 })
    const roundMs = performance.now() - since
    console.log(
      `${kind}: a round of admission beside ${backlog.limited} held jobs takes ${roundMs.toFixed(1)} ms`,
    )
    expect(roundMs).toBeLessThan(500)
    await database().query(`DELETE FROM linehaul.job WHERE state = 'waiting'`)
    await compare(`${backlog.limited} jobs of a full key`, alone)
  }, 120_000)

  test('the backlog of a paused definition is put aside, slows no claim, and comes back in line', async () => {
    const alone = await timeClaims(database(), names)
    await putIn(database(), backlog.paused, { name: limited.name, state: 'waiting' })
    await database().query(
      `INSERT INTO linehaul.pause (name, paused_by, reason, paused_at) VALUES ($1, 'ada', 'carrier is down', now())`,
      [limited.name],
    )
    const keeper = aLineKeeper()
    expect(await keeper.runOnce()).toEqual({ aside: backlog.paused, back: 0 })
    await compare(`${backlog.paused} jobs of a paused definition`, alone)
    await database().query('DELETE FROM linehaul.pause')
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: backlog.paused })
  }, 120_000)

  test('the backlog of a retired definition is put aside, and comes back in line once a worker knows it', async () => {
    const alone = await timeClaims(database(), names)
    await putIn(database(), backlog.paused, { name: 'test.retired', state: 'waiting' })
    const keeper = aLineKeeper()
    expect(await keeper.runOnce()).toEqual({ aside: backlog.paused, back: 0 })
    await compare(`${backlog.paused} jobs of a retired definition`, alone)
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: 0 })
    const newer = { id: newId(), host: 'newer', pid: 7, queues: ['default'], concurrency: 1 }
    await beat(database(), { ...newer, names: ['test.retired'] }, null)
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: backlog.paused })
  }, 120_000)

  test('beside a worker that does not say what it knows, nothing is put aside', async () => {
    await putIn(database(), 3, { name: 'test.retired', state: 'waiting' })
    await beat(
      database(),
      { id: newId(), host: 'h', pid: 7, queues: ['default'], concurrency: 1, names: [] },
      null,
    )
    await database().query('UPDATE linehaul.worker SET names = NULL') // as a version without the column leaves it
    const keeper = aLineKeeper()
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: 0 })
  })
})
