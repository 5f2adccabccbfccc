import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { Logger, makeWorkerUtils, run, type WorkerUtils } from 'graphile-worker'
import pg from 'pg'

import type { Contender, Filling, Handle, Place, Session, Store } from '../side-by-side/contender.js'
import { numbers, signal } from '../side-by-side/measure.js'
import { NO_FILL } from './no-fill.js'

const CANNOT_KEEP = 'deletes each job as it ends: compared where nothing is kept'
const TUNED = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }

const graphile = (
  name: string,
  settings: string,
  worker: Partial<typeof TUNED>,
  leftOut: Readonly<Record<string, string>>,
): Contender => ({
  name,
  kind: 'postgres',
  about: { version: readVersion(), settings, durability: 'each call committed with fsync' },
  keepsFinished: false,
  leftOut: {
    'drain-two-million-finished': NO_FILL,
    'drain-1': CANNOT_KEEP,
    'drain-10': CANNOT_KEEP,
    'drain-100': CANNOT_KEEP,
    together: CANNOT_KEEP,
    'kill-rerun': 'gives a job up after 4 hours by its documentation, longer than a cell may last',
    ...leftOut,
  },
  open: (place) => openStore(place, worker),
})

export const graphileWorker = graphile(
  'graphile-worker',
  'defaults, with as many connections as jobs at once, at most 50',
  {},
  {
    'drain-million-waiting': 'as graphile-worker-tuned',
    'drain-million-scheduled': 'as graphile-worker-tuned',
    'held-xmin': 'as graphile-worker-tuned',
    'wal-bytes': 'as graphile-worker-tuned',
    memory: 'as graphile-worker-tuned',
  },
)

export const graphileWorkerTuned = graphile(
  'graphile-worker-tuned',
  'localQueue of 500, completeJobBatchDelay 0, failJobBatchDelay 0, as in its own performance figures',
  TUNED,
  {
    'drain-blocked-key':
      'its local queue takes hundreds of jobs of one named queue at once, so that each slot waits for the key',
    'enqueue-serial': 'puts jobs in as graphile-worker does',
    'enqueue-200': 'puts jobs in as graphile-worker does',
    'enqueue-bulk': 'puts jobs in as graphile-worker does',
  },
)

function readVersion(): string {
  const file = createRequire(import.meta.url).resolve('graphile-worker/package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

async function openStore({ url }: Place, worker: Partial<typeof TUNED>): Promise<Store> {
  const pgPool = new pg.Pool({ connectionString: url, max: 50 })
  const tell = (error: Error) => console.error('graphile-worker:', error)
  pgPool.on('error', tell)
  pgPool.on('connect', (client) => client.on('error', tell))
  const logger = new Logger(() => () => undefined) // it would say twice of each job what became of it
  const utils = await makeWorkerUtils({ pgPool, logger })
  await utils.migrate()
  return {
    reset: async () => void (await pgPool.query('TRUNCATE graphile_worker._private_jobs')),
    session: async () => new GraphileSession(pgPool, utils, logger, worker),
    fill: (state, count) => fill(utils, state, count),
    close: async () => {
      await utils.release()
      await pgPool.end()
    },
  }
}

async function fill(utils: WorkerUtils, state: Filling, count: number): Promise<void> {
  const when = state === 'scheduled' ? { runAt: new Date(Date.now() + 86_400_000) } : {}
  for (let from = 0; from < count; from += 10_000) {
    const part = numbers(from, Math.min(10_000, count - from))
    await utils.addJobs(part.map((n) => ({ identifier: 'job', payload: { n }, ...when })))
  }
}

class GraphileSession implements Session {
  constructor(
    private readonly pgPool: pg.Pool,
    private readonly utils: WorkerUtils,
    private readonly logger: Logger,
    private readonly worker: Partial<typeof TUNED>,
  ) {}

  async enqueue(n: number): Promise<void> {
    await this.utils.addJob('job', { n })
  }

  async enqueueMany(numbers: readonly number[]): Promise<void> {
    await this.utils.addJobs(numbers.map((n) => ({ identifier: 'job', payload: { n } })))
  }

  async block(count: number): Promise<void> {
    const payload = {}
    for (let from = 0; from < count; from += 10_000) {
      const part = numbers(from, Math.min(10_000, count - from))
      await this.utils.addJobs(part.map(() => ({ identifier: 'blocked', payload, queueName: 'the one' })))
    }
  }

  async work(concurrency: number, handle: Handle): Promise<() => Promise<void>> {
    const { pgPool, logger } = this
    const over = signal()
    const runner = await run({
      pgPool,
      logger,
      noHandleSignals: true,
      preset: { worker: { ...this.worker, concurrentJobs: concurrency } },
      taskList: {
        job: async (payload) => handle((payload as { n: number }).n),
        blocked: async () => over.promise,
      },
    })
    let stopped: Promise<void> | undefined
    return () => {
      over.resolve()
      stopped ??= runner.stop()
      return stopped
    }
  }

  async unfinished(): Promise<number> {
    const sql =
      'SELECT count(*)::int AS count FROM graphile_worker._private_jobs WHERE job_queue_id IS NULL AND run_at <= now()'
    const { rows } = await this.pgPool.query<{ count: number }>(sql)
    return rows[0]?.count ?? 0
  }

  /** It keeps none. */
  async finished(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {}
}
