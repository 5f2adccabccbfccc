import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { Logger, makeWorkerUtils, run, type WorkerUtils } from 'graphile-worker'
import pg from 'pg'

import type { Contender, Handle, Place, Session, Store } from '../side-by-side/contender.js'
import { leftOutByAll } from './left-out.js'

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
  leftOut: leftOutByAll({
    'drain-1': CANNOT_KEEP,
    'drain-10': CANNOT_KEEP,
    'drain-100': CANNOT_KEEP,
    together: CANNOT_KEEP,
    'kill-rerun': 'gives a job up after 4 hours by its documentation, longer than a cell may last',
    ...leftOut,
  }),
  open: (place) => openStore(place, worker),
})

export const graphileWorker = graphile(
  'graphile-worker',
  'defaults, with as many connections as jobs at once, at most 50',
  {},
  {},
)

export const graphileWorkerTuned = graphile(
  'graphile-worker-tuned',
  'localQueue of 500, completeJobBatchDelay 0, failJobBatchDelay 0, as in its own performance figures',
  TUNED,
  {
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
  pgPool.on('error', (error) => console.error('graphile-worker:', error))
  const logger = new Logger(() => () => undefined) // it would say twice of each job what became of it
  const utils = await makeWorkerUtils({ pgPool, logger })
  await utils.migrate()
  return {
    reset: async () => void (await pgPool.query('TRUNCATE graphile_worker._private_jobs')),
    session: async () => new GraphileSession(pgPool, utils, logger, worker),
    close: async () => {
      await utils.release()
      await pgPool.end()
    },
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

  async work(concurrency: number, handle: Handle): Promise<() => Promise<void>> {
    const { pgPool, logger } = this
    const runner = await run({
      pgPool,
      logger,
      noHandleSignals: true,
      preset: { worker: { ...this.worker, concurrentJobs: concurrency } },
      taskList: { job: async (payload) => handle((payload as { n: number }).n) },
    })
    return () => runner.stop()
  }

  async unfinished(): Promise<number> {
    const sql = 'SELECT count(*)::int AS count FROM graphile_worker._private_jobs'
    const { rows } = await this.pgPool.query<{ count: number }>(sql)
    return rows[0]?.count ?? 0
  }

  /** It keeps none. */
  async finished(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {}
}
