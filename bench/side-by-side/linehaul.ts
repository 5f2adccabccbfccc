import { readFileSync } from 'node:fs'

import { z } from 'zod'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../../src/database/index.js'
import { defineJob, Engine, queueMigrations, request, type Job } from '../../src/queue/index.js'
import type { Contender, Filling, Handle, Place, Session, SessionOptions, Store } from './contender.js'

const SETTINGS =
  'as shipped: finish synchronous, archive kept, payload validated by zod, tenants served in turn'

/** Linehaul on a PostgreSQL server. */
export const linehaulPostgres: Contender = {
  name: 'linehaul-postgres',
  kind: 'postgres',
  about: {
    version: readVersion(),
    settings: SETTINGS,
    durability: 'enqueue and finish committed with fsync; a claim may be lost and is then made again',
  },
  leftOut: {},
  open: ({ url }: Place) => openStore(new PostgresDatabase({ url })),
}

/** Linehaul on the database inside its own process. */
export const linehaulEmbedded: Contender = {
  name: 'linehaul-embedded',
  kind: 'embedded',
  about: {
    version: readVersion(),
    settings: `${SETTINGS}; PGlite in a thread, on disk`,
    durability: 'survives the end of the process, not a power cut (PGlite has no fsync)',
  },
  leftOut: {
    'pickup-other': 'its database belongs to one process',
    'kill-rerun': 'its database belongs to one process: the next start runs them again',
    'drain-million-waiting': 'a million rows take longer to fill than the cell may last',
    'drain-million-scheduled': 'a million rows take longer to fill than the cell may last',
    'drain-two-million-finished': 'two million rows take longer to fill than the cell may last',
    'held-xmin': 'one session: no other transaction can stay open beside it',
  },
  open: async ({ url }: Place) => openStore(await openEmbedded({ folder: url })),
}

function readVersion(): string {
  const file = new URL('../../../../package.json', import.meta.url)
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
  } catch {
    return 'of this folder' // run from elsewhere than bench/dist
  }
}

async function openStore(database: Database): Promise<Store> {
  await migrate(database, [queueMigrations])
  return {
    reset: async () => {
      await database.query('TRUNCATE linehaul.job, linehaul.job_archive CASCADE')
    },
    session: async (options) => new LinehaulSession(database, options),
    fill: (state, count) => fill(database, state, count),
    close: () => database.close(),
  }
}

type Payload = { n: number }
type Needs = { handle: Handle }

class LinehaulSession implements Session {
  readonly #jobs: ReadonlyMap<string, Job<Payload, Needs>>
  #engine: Engine<Needs>

  constructor(
    private readonly database: Database,
    private readonly options: SessionOptions,
  ) {
    this.#jobs = new Map(Object.keys(options.queues).map((queue) => [queue, this.#define(queue)]))
    this.#engine = this.#create(1, () => undefined)
  }

  async enqueue(n: number): Promise<void> {
    await this.#engine.enqueue(this.#jobOf(n), { n }, { tenantId: this.options.tenantOf(n) })
  }

  async enqueueMany(numbers: readonly number[]): Promise<void> {
    const { tenantOf } = this.options
    const requests = numbers.map((n) => request(this.#jobOf(n), { n }, { tenantId: tenantOf(n) }))
    await this.#engine.client.enqueueMany(requests)
  }

  async work(concurrency: number, handle: Handle): Promise<() => Promise<void>> {
    this.#engine = this.#create(concurrency, handle)
    await this.#engine.start()
    return () => this.#engine.stop('5s')
  }

  unfinished(): Promise<number> {
    return this.#count('linehaul.job', 'true')
  }

  finished(): Promise<number> {
    return this.#count('linehaul.job_archive', `state = 'done' AND attempt = 1`)
  }

  async close(): Promise<void> {}

  async #count(table: string, condition: string): Promise<number> {
    const sql = `SELECT count(*)::int AS count FROM ${table} WHERE name LIKE 'bench.%' AND ${condition}`
    const [row] = await this.database.query<{ count: number }>(sql)
    return row?.count ?? 0
  }

  #jobOf(n: number): Job<Payload, Needs> {
    return this.#jobs.get(this.options.queueOf(n)) as Job<Payload, Needs>
  }

  #define(queue: string): Job<Payload, Needs> {
    return defineJob<Payload, Needs>({
      name: `bench.${queue}`,
      queue,
      payload: z.object({ n: z.number() }),
      ...(this.options.keep === 'nothing' && { keep: { done: '0s' } }),
      run: async ({ n }, { handle }) => {
        await handle(n)
        return { ok: true }
      },
    })
  }

  #create(concurrency: number, handle: Handle): Engine<Needs> {
    const weights = Object.entries(this.options.queues).map(([queue, weight]) => [queue, { weight }])
    return new Engine({
      database: this.database,
      jobs: [...this.#jobs.values()],
      needs: { handle },
      concurrency,
      queues: Object.fromEntries(weights) as Record<string, { weight: number }>,
      onError: (error, where) => console.error(`linehaul, ${where}:`, error),
    })
  }
}

/** The rows that `enqueueMany` and a finish would write. */
async function fill(database: Database, state: Filling, count: number): Promise<void> {
  await database.query(FILLINGS[state], [count])
}

const JOB = /* sql */ `
INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts, limit_keys)`

const row = (state: string, runAt: string, keys: string) => /* sql */ `
${JOB}
SELECT gen_random_uuid(), 't0', 'default', 'bench.default', jsonb_build_object('n', n), '${state}', 0, ${runAt}, now(), 5, ${keys}
FROM generate_series(0, $1::int - 1) AS n`

const FILLINGS: Record<Filling, string> = {
  waiting: row('waiting', 'now()', 'NULL'),
  scheduled: row('scheduled', `now() + interval '1 day' + n * interval '1 ms'`, 'NULL'),
  blocked: row('held', 'now()', `ARRAY['bench.blocked']`),
  finished: /* sql */ `
INSERT INTO linehaul.job_archive (
  id, tenant_id, queue, name, payload, state, priority, run_at, created_at, attempt, max_attempts, losses, attempts,
  finished_at, expires_on, result
)
SELECT gen_random_uuid(), 't0', 'default', 'past.default', jsonb_build_object('n', n), 'done', 0, now(), now(), 1, 5, 0, '[]',
       now(), current_date + 7, '{"ok": true}'
FROM generate_series(0, $1::int - 1) AS n`,
}
