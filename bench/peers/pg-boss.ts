import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import PgBoss from 'pg-boss'

import type { Contender, Handle, Place, Session, Store } from '../side-by-side/contender.js'
import { NO_FILL } from './no-fill.js'

const NAME = 'bench'
/** Its documented minimum of the polling interval. */
const POLL_SECONDS = 0.5

export const pgBoss: Contender = {
  name: 'pg-boss',
  kind: 'postgres',
  about: {
    version: readVersion(),
    settings:
      'a pool of 20 connections; fetch (without sorting by priority) and complete in two loops of up to 500 jobs, at once again while there are some, else after 0.5 s: the shortest interval of work(), which waits after every batch',
    durability: 'each call committed with fsync',
  },
  keepsFinished: true,
  leftOut: {
    'drain-two-million-finished': NO_FILL,
    'drain-million-waiting': NO_FILL,
    'drain-million-scheduled': NO_FILL,
    'drain-blocked-key': 'its singleton keys refuse jobs instead of holding them',
    'drain-100-nothing-kept': 'keeps finished jobs until its archive expires',
    'kill-rerun': 'gives a job up after 15 minutes by default, longer than a cell may last',
  },
  open: openStore,
}

function readVersion(): string {
  const file = createRequire(import.meta.url).resolve('pg-boss/package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

async function openStore({ url }: Place): Promise<Store> {
  const boss = new PgBoss({ connectionString: url, max: 20 })
  boss.on('error', (error) => console.error('pg-boss:', error))
  await boss.start()
  await boss.createQueue(NAME)
  return {
    reset: async () => void (await boss.getDb().executeSql('TRUNCATE pgboss.job, pgboss.archive', [])),
    session: async () => new BossSession(boss),
    close: () => boss.stop({ graceful: false, close: true }),
  }
}

interface Payload {
  readonly n: number
}

class BossSession implements Session {
  constructor(private readonly boss: PgBoss) {}

  async enqueue(n: number): Promise<void> {
    await this.boss.send(NAME, { n })
  }

  async enqueueMany(numbers: readonly number[]): Promise<void> {
    await this.boss.insert(numbers.map((n) => ({ name: NAME, data: { n } })))
  }

  async work(concurrency: number, handle: Handle): Promise<() => Promise<void>> {
    let isOver = false
    const batchSize = concurrency >= 100 ? 500 : Math.ceil(concurrency / 2)
    const loop = async () => {
      while (!isOver) if ((await this.#runBatch(batchSize, handle)) === 0) await this.#nextPoll()
    }
    const loops = Array.from({ length: Math.min(2, concurrency) }, loop)
    return async () => {
      isOver = true
      await Promise.all(loops)
    }
  }

  async #runBatch(batchSize: number, handle: Handle): Promise<number> {
    const jobs = await this.boss.fetch<Payload>(NAME, { batchSize, priority: false })
    if (jobs.length === 0) return 0
    await Promise.all(jobs.map(({ data }) => handle(data.n)))
    const ids = jobs.map(({ id }) => id)
    await this.boss.complete(NAME, ids)
    return jobs.length
  }

  #nextPoll(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, POLL_SECONDS * 1_000))
  }

  unfinished(): Promise<number> {
    return this.#count(`pgboss.job WHERE state < 'completed'`)
  }

  finished(): Promise<number> {
    return this.#count(
      `(SELECT state FROM pgboss.job UNION ALL SELECT state FROM pgboss.archive) AS job WHERE state = 'completed'`,
    )
  }

  async close(): Promise<void> {}

  async #count(what: string): Promise<number> {
    const { rows } = await this.boss.getDb().executeSql(`SELECT count(*)::int AS count FROM ${what}`, [])
    return (rows[0] as { count: number }).count
  }
}
