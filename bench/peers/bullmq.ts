import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'

import type { Contender, Filling, Place, Store } from '../side-by-side/contender.js'
import { numbers } from '../side-by-side/measure.js'
import { BullSession, type Backing } from './bullmq-session.js'
import { NO_FILL } from './no-fill.js'

const NAME = 'bench'
const ON_REDIS =
  'ioredis, one connection for the queue and one for the worker; metrics and events as by default'

const onRedis = (kind: 'redis' | 'redis-aof', durability: string): Contender => ({
  name: `bullmq-${kind}`,
  kind,
  about: { version: readVersion(), settings: ON_REDIS, durability },
  keepsFinished: true,
  leftOut: {
    'drain-two-million-finished': NO_FILL,
    'held-xmin': 'Redis has no transactions that hold back a vacuum',
    ...(kind === 'redis'
      ? { 'wal-bytes': 'it writes no log' }
      : { 'drain-million-waiting': 'as bullmq-redis', 'drain-million-scheduled': 'as bullmq-redis' }),
    'drain-blocked-key': 'limits per key are not part of its free edition',
    'kill-rerun': 'looks for stalled jobs every 30 s by default, longer than a cell may last',
  },
  open: async ({ url }) => openOnRedis(url),
})

export const bullmqRedis = onRedis('redis', 'none: a crash of the server loses every job')
export const bullmqRedisAof = onRedis('redis-aof', 'each write with an fsync (appendfsync always)')

/** BullMQ's own backend on PostgreSQL. */
export const bullmqPostgres: Contender = {
  name: 'bullmq-postgres',
  kind: 'postgres',
  about: {
    version: readVersion(),
    settings:
      'createPostgresBackend, a pool of 20 connections for the queue and one of 20 for the worker, which all contenders on a server of 100 leave room for',
    durability: 'each call committed with fsync',
  },
  keepsFinished: true,
  leftOut: {
    'drain-two-million-finished': NO_FILL,
    'drain-million-waiting': NO_FILL,
    'drain-million-scheduled': NO_FILL,
    'held-xmin': 'too slow to leave anything behind in the time of a block',
    'drain-blocked-key': 'limits per key are not part of its free edition',
    'kill-rerun': 'looks for stalled jobs every 30 s by default, longer than a cell may last',
  },
  open: openOnPostgres,
}

function readVersion(): string {
  const file = createRequire(import.meta.url).resolve('bullmq/package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

async function openOnRedis(url: string): Promise<Store> {
  const admin = new Redis(url, { maxRetriesPerRequest: null })
  const { hostname: host, port } = new URL(url)
  const connection = { host, port: Number(port), maxRetriesPerRequest: null }
  const backing: Backing = {
    queue: (settings) => new Queue(NAME, { connection, defaultJobOptions: settings }),
    worker: (handle, concurrency) =>
      new Worker(NAME, ({ data }) => handle(data.n), { connection, concurrency, autorun: false }),
  }
  return {
    reset: async () => void (await admin.flushall()),
    session: (options) => BullSession.open(backing, options),
    fill: (state, count) => fill(backing, state, count),
    close: async () => void (await admin.quit()),
  }
}

async function openOnPostgres({ url }: Place): Promise<Store> {
  const admin = new pg.Pool({ connectionString: url, max: 1 })
  admin.on('error', (error) => console.error('bullmq:', error))
  const client = await admin.connect()
  await runMigrations(client)
  client.release()
  const connection = { connectionString: url, max: 20 }
  const backing: Backing = {
    queue: (settings) =>
      new Queue(NAME, { connection, defaultJobOptions: settings }, createPostgresBackend) as unknown as Queue,
    worker: (handle, concurrency) =>
      new Worker(
        NAME,
        ({ data }: { data: { n: number } }) => handle(data.n),
        { connection, concurrency, autorun: false },
        createPostgresBackend,
      ) as unknown as Worker,
  }
  return {
    reset: () => truncateAll(admin),
    session: (options) => BullSession.open(backing, options),
    close: () => admin.end(),
  }
}

/** By `addBulk`, for Redis has no statement that makes a million rows. */
async function fill(backing: Backing, state: Filling, count: number): Promise<void> {
  const queue = backing.queue({ removeOnComplete: false })
  const opts = state === 'scheduled' ? { delay: 86_400_000 } : {}
  for (let from = 0; from < count; from += 2_000) {
    const part = numbers(from, Math.min(2_000, count - from))
    await queue.addBulk(part.map((n) => ({ name: 'job', data: { n }, opts })))
  }
  await queue.close()
}

/** All of its tables but the one that says which migrations were applied. */
async function truncateAll(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`,
  )
  await pool.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')} CASCADE`)
}
