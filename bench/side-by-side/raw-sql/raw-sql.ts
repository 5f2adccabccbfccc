import { randomUUID } from 'node:crypto'

import pg from 'pg'

import { newId } from '../../../src/database/index.js'
import {
  PLAIN,
  type Contender,
  type Handle,
  type Session,
  type SessionOptions,
  type Store,
} from '../contender.js'
import { CLAIM, FILL, FINISH, INSERT, TABLES } from './statements.js'

const BATCH = 500
const LOOPS = 2

/** What the database gives when nothing but the statements of a durable, fair queue is between it and the jobs: the 100 %. */
export const rawSql: Contender = {
  name: 'raw-sql',
  kind: 'postgres',
  about: {
    version: 'of this folder',
    settings: `${LOOPS} connections, ${BATCH} jobs a statement, claims fair to tenants and committed asynchronously`,
    durability: 'enqueue and finish committed with fsync',
  },
  keepsFinished: true,
  leftOut: {
    'enqueue-200': 'it only writes batches',
    'drain-1': 'it knows no concurrency, only batches',
    'drain-10': 'it knows no concurrency, only batches',
    'pickup-same': 'it only polls',
    'pickup-other': 'it only polls',
    'drain-blocked-key': 'it knows no limits',
    'kill-rerun': 'it rescues nobody',
    memory: 'it is no queue that one would run',
  },
  open: ({ url }) => openStore(url),
}

interface Pools {
  readonly durable: pg.Pool
  readonly claims: pg.Pool
}

async function openStore(url: string): Promise<Store> {
  const pools: Pools = {
    durable: new pg.Pool({ connectionString: url, max: 4 }),
    claims: new pg.Pool({ connectionString: url, max: 4, options: '-c synchronous_commit=off' }),
  }
  // At the end of an interrupted run its database is dropped under it.
  for (const pool of [pools.durable, pools.claims]) pool.on('error', () => undefined)
  const reset = async () => void (await pools.durable.query(TABLES))
  await reset()
  return {
    reset,
    session: async (options = PLAIN) => new RawSession(pools, options),
    fill: async (state, count) => {
      await pools.durable.query(FILL[state], [count])
      await pools.durable.query('ANALYZE job')
    },
    close: async () => {
      await Promise.all([pools.durable.end(), pools.claims.end()])
    },
  }
}

interface Row {
  readonly id: string
  readonly payload: { readonly n: number }
}

class RawSession implements Session {
  constructor(
    private readonly pools: Pools,
    private readonly options: SessionOptions,
  ) {}

  enqueue(n: number): Promise<void> {
    return this.enqueueMany([n])
  }

  async enqueueMany(numbers: readonly number[]): Promise<void> {
    for (let from = 0; from < numbers.length; from += BATCH) {
      const part = numbers.slice(from, from + BATCH)
      const values = [
        part.map(() => newId()),
        part.map((n) => JSON.stringify({ n })),
        part.map(this.options.tenantOf),
      ]
      await this.pools.durable.query({ name: 'insert', text: INSERT, values })
    }
  }

  async work(_concurrency: number, handle: Handle): Promise<() => Promise<void>> {
    let isOver = false
    const loop = async () => {
      while (!isOver) if ((await this.#runBatch(handle)) === 0) await new Promise(setImmediate)
    }
    // Whatever went wrong is told at the end of the cell, which fails by it.
    const loops = Promise.allSettled(Array.from({ length: LOOPS }, loop))
    return async () => {
      isOver = true
      for (const ended of await loops) if (ended.status === 'rejected') throw ended.reason
    }
  }

  async #runBatch(handle: Handle): Promise<number> {
    const fence = randomUUID()
    const claim = { name: 'claim', text: CLAIM, values: ['default', BATCH, fence] }
    const { rows } = await this.pools.claims.query<Row>(claim)
    if (rows.length === 0) return 0
    await Promise.all(rows.map(({ payload }) => handle(payload.n)))
    const values = [rows.map(({ id }) => id), rows.map(() => '{"ok":true}'), fence]
    const { keep } = this.options
    await this.pools.durable.query({ name: `finish, ${keep} kept`, text: FINISH[keep], values })
    return rows.length
  }

  unfinished(): Promise<number> {
    // Each part by an index of its own.
    return this.#count('(SELECT FROM job WHERE state = 0 UNION ALL SELECT FROM job WHERE state = 1) AS open')
  }

  finished(): Promise<number> {
    return this.#count(`archive WHERE type = 'bench' AND attempts = 1`)
  }

  async close(): Promise<void> {}

  async #count(what: string): Promise<number> {
    const { rows } = await this.pools.durable.query<{ count: number }>(`SELECT count(*)::int FROM ${what}`)
    return rows[0]?.count ?? 0
  }
}
