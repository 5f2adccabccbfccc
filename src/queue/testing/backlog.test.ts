import { randomUUID } from 'node:crypto'

import { beforeEach, expect, test } from 'vitest'

import { newId, type Database, type Executor } from '../../database/index.js'
import { joined } from '../../database/joined.js'
import { pagesReadBy, plansOf } from '../../database/testing/plans.js'
import { onEachDatabase } from '../../database/testing/test-database.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { Admitter } from '../limit/admitter.js'
import { LineKeeper } from '../duty/line-keeper.js'
import { Registry } from '../registry.js'
import { takeBack } from '../store/aside.js'
import { claim, type Claim } from '../store/claim.js'
import { countByQueue } from '../store/count.js'
import { finish } from '../store/finish.js'
import { beat } from '../store/worker.js'
import { clearJobs } from './engine-fixture.js'
import { Turnstile } from './turnstile.js'

/** How many pages more a claim may read with a backlog beside it: an index is a level deeper, or a page is split. */
const SOME_PAGES = 60

/** What a count reads of ten thousand jobs, an index of which is all it needs, and of as many empty days of the archive. */
const COUNT_PAGES = 600

interface PutIn {
  name: string
  queue?: string
  state: string
  limitKeys?: string[] | null
  /** `default`, or so many of the names `t0`, `t1` … in turn. */
  tenants?: number
}

async function putIn(
  database: Database,
  count: number,
  { name, queue = 'default', state, limitKeys = null, tenants = 1 }: PutIn,
): Promise<void> {
  await database.query(
    `INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts, limit_keys)
     SELECT gen_random_uuid(), CASE WHEN $5::int = 1 THEN 'default' ELSE 't' || n % $5::int END, $6, $2, '{}', $3, 0,
            now() - interval '1h', now(), 5, $4
     FROM generate_series(1, $1::int) AS n`,
    [count, name, state, limitKeys, tenants, queue],
  )
}

const aClaim = (names: readonly string[], wish: Partial<Claim> = {}): Claim => ({
  workerId: newId(),
  wishes: [{ queue: 'default', quota: 10, cursor: '' }],
  names,
  limit: 10,
  suspects: { together: 1, alone: true },
  perTenant: { most: 10, holding: new Map() },
  fence: randomUUID(),
  unsynced: false,
  now: null,
  ...wish,
})

/** What one claim of ten jobs reads, where ten are free; and that these are what it claims. */
async function pagesOfClaim(database: Database, names: readonly string[]): Promise<number> {
  await database.query('VACUUM linehaul.job') // as happens by itself, after a minute at most
  await putIn(database, 20, { name: 'test.free', state: 'waiting' })
  const jobs = await claim(database, aClaim(names))
  expect(jobs.map(({ name }) => name)).toEqual(Array(10).fill('test.free'))
  return pagesReadBy(database, (db) => claim(db, aClaim(names)))
}

/** How many pages of the table of jobs and of its indexes `run` fetches; it makes its own transactions. */
async function pagesOfJobsFetchedBy(
  database: Database,
  run: (within: Database) => Promise<unknown>,
): Promise<number> {
  return database.transaction(async (tx) => {
    const before = await pagesFetched(tx)
    await run(joined(tx, database))
    return (await pagesFetched(tx)) - before
  })
}

async function pagesFetched(tx: Executor): Promise<number> {
  const [row] = await tx.query<{ pages: number }>(
    `SELECT sum(pg_stat_get_xact_blocks_fetched(oid))::int AS pages FROM pg_class
     WHERE oid = 'linehaul.job'::regclass
        OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'linehaul.job'::regclass)`,
  )
  return row?.pages ?? NaN
}

/** How many rows of the table of jobs `run` reads one after the other, and not by an index. */
async function rowsScannedBy(
  database: Pick<Database, 'transaction'>,
  run: (db: Executor) => Promise<unknown>,
): Promise<number> {
  return database.transaction(async (tx) => {
    const before = await rowsScanned(tx) // some of what the session did before is not yet passed on, and counts too
    await run(tx)
    return (await rowsScanned(tx)) - before
  })
}

async function rowsScanned(tx: Executor): Promise<number> {
  const [row] = await tx.query<{ rows: number }>(
    `SELECT pg_stat_get_xact_tuples_returned('linehaul.job'::regclass)::int AS rows`,
  )
  return row?.rows ?? NaN
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

  const anAdmitter = (on: Database) =>
    new Admitter({
      database: on,
      registry,
      clock: new FakeClock(new Date()),
      onAdmitted: () => undefined,
      onError: () => undefined,
    })

  const aLineKeeper = () =>
    new LineKeeper({ database: database(), registry, clock: new FakeClock() }, () => undefined)

  async function compare(alone: number): Promise<void> {
    expect(await pagesOfClaim(database(), names)).toBeLessThan(alone + SOME_PAGES)
  }

  test('a queue with nothing to do reads nothing of what another one has waiting, and that one little of it', async () => {
    await putIn(database(), backlog.paused, {
      name: free.name,
      queue: 'partner-integrations',
      state: 'waiting',
    })
    // First of all, for what others leave in the indexes would have the planner choose otherwise.
    await database().query('ANALYZE linehaul.job')
    // A long name makes the index by queue larger than the one by tenant, which then looks as good.
    const wishes = ['a-idle', 'z-idle'].map((queue) => ({ queue, quota: 10, cursor: 'b' }))
    expect(await pagesReadBy(database(), (db) => claim(db, aClaim(names, { wishes })))).toBeLessThan(
      SOME_PAGES,
    )
    const busy = [{ queue: 'partner-integrations', quota: 10, cursor: '' }]
    expect(await pagesReadBy(database(), (db) => claim(db, aClaim(names, { wishes: busy })))).toBeLessThan(
      250,
    )
    await database().query('VACUUM linehaul.job')
    const counted = (db: Executor) => countByQueue(db, 'default', ['a-idle', 'z-idle'])
    expect(await pagesReadBy(database(), counted)).toBeLessThan(COUNT_PAGES)
  })

  test('a backlog behind a full key slows no claim of other jobs, and admission hardly looks at it', async () => {
    const alone = await pagesOfClaim(database(), names)
    await putIn(database(), 5_000, { name: free.name, state: 'waiting' })
    await database().query('ANALYZE linehaul.job') // from now on the planner takes it that hardly any job is held
    await database().query(`DELETE FROM linehaul.job WHERE state = 'waiting'`)
    await putIn(database(), backlog.limited, {
      name: limited.name,
      state: 'held',
      limitKeys: ['test.limited/0'],
    })
    expect(await anAdmitter(database()).runOnce()).toEqual({ admitted: 1 })
    await database().query(`DELETE FROM linehaul.job WHERE state = 'waiting'`)
    await putIn(database(), 1, {
      name: limited.name,
      state: 'waiting',
      limitKeys: ['test.limited/0'],
    })
    const pages = await pagesOfJobsFetchedBy(database(), async (within) => {
      expect(await anAdmitter(within).runOnce()).toEqual({ admitted: 0 })
    })
    expect(pages).toBeLessThan(SOME_PAGES)
    await database().query(`DELETE FROM linehaul.job WHERE state = 'waiting'`)
    await compare(alone)
  }, 120_000)

  test('a claim that comes round to the first tenants reads little of what those behind it have waiting', async () => {
    await putIn(database(), 5_000, { name: free.name, state: 'waiting', tenants: 5 })
    const wishes = [{ queue: 'default', quota: 10, cursor: 't2' }]
    const claimOf = (db: Executor) => claim(db, aClaim(names, { wishes }))
    expect(new Set((await claimOf(database())).map(({ tenantId }) => tenantId)).size).toBe(5)
    expect(await pagesReadBy(database(), claimOf)).toBeLessThan(250)
  })

  test('statistics from when nothing ran make no plan that reads all that run', async () => {
    await putIn(database(), 2_000, { name: free.name, state: 'waiting' })
    await database().query('ANALYZE linehaul.job')
    const end = {
      id: newId(),
      fence: randomUUID(),
      state: 'done',
      result: null,
      error: null,
      keepMs: 86_400_000,
    } as const
    const [plan] = await plansOf(database(), (db) => finish(db, [end], null))
    expect(plan).toContain('"Index Name":"job_pkey"')
    expect(plan).not.toContain('job_running')
  })

  test('the backlog of a paused definition is put aside, slows no claim, and comes back in line', async () => {
    const alone = await pagesOfClaim(database(), names)
    await putIn(database(), backlog.paused, { name: limited.name, state: 'waiting' })
    await database().query('ANALYZE linehaul.job') // from now on the planner takes it that hardly any job is held
    await database().query(
      `INSERT INTO linehaul.pause (name, paused_by, reason, paused_at) VALUES ($1, 'ada', 'carrier is down', now())`,
      [limited.name],
    )
    const keeper = aLineKeeper()
    expect(await keeper.runOnce()).toEqual({ aside: backlog.paused, back: 0 })
    const pagesOfBack = await pagesReadBy(database(), (db) => takeBack(db, { names, most: 10 }))
    expect(pagesOfBack).toBeLessThan(SOME_PAGES)
    await compare(alone)
    await database().query('DELETE FROM linehaul.pause')
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: backlog.paused })
  }, 120_000)

  test('the backlog of a retired definition is put aside, and comes back in line once a worker knows it', async () => {
    const alone = await pagesOfClaim(database(), names)
    await putIn(database(), backlog.paused, { name: 'test.retired', state: 'waiting' })
    const keeper = aLineKeeper()
    expect(await keeper.runOnce()).toEqual({ aside: backlog.paused, back: 0 })
    await compare(alone)
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: 0 })
    const newer = { id: newId(), host: 'newer', pid: 7, queues: ['default'], concurrency: 1, ticks: true }
    await beat(database(), { ...newer, names: ['test.retired'] }, null)
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: backlog.paused })
  }, 120_000)

  test('beside a worker that does not say what it knows, nothing is put aside', async () => {
    await putIn(database(), 3, { name: 'test.retired', state: 'waiting' })
    await beat(
      database(),
      { id: newId(), host: 'h', pid: 7, queues: ['default'], concurrency: 1, names: [], ticks: true },
      null,
    )
    await database().query('UPDATE linehaul.worker SET names = NULL') // as a version without the column leaves it
    const keeper = aLineKeeper()
    expect(await keeper.runOnce()).toEqual({ aside: 0, back: 0 })
  })

  test('what is planned while there are no jobs reads by an index once there are many', async () => {
    const ending = { state: 'done', result: null, error: null, keepMs: 0 } as const
    const calls: readonly ((db: Executor) => Promise<unknown>)[] = [
      (db) => claim(db, aClaim(names)),
      (db) => finish(db, [{ id: newId(), fence: randomUUID(), ...ending }], null),
    ]
    await database().query('VACUUM (ANALYZE) linehaul.job')
    // The server plans a statement for any values at its sixth call, unless it is told otherwise.
    for (const call of calls)
      for (const on of [database(), database().background()])
        for (let i = 0; i < 8; i++) await rowsScannedBy(on, call)
    await putIn(database(), backlog.paused, { name: free.name, state: 'waiting' })
    for (const call of calls)
      for (const on of [database(), database().background()]) expect(await rowsScannedBy(on, call)).toBe(0)
  }, 60_000)
})
