import { readFileSync } from 'node:fs'

import { z } from 'zod'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../../src/database/index.js'
import { defineJob, Engine, queueMigrations, request, type Job } from '../../src/queue/index.js'
import type { Contender, Filling, Handle, Place, Session, SessionOptions, Store } from './contender.js'
import { numbers, signal } from './measure.js'

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
  keepsFinished: true,
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
  keepsFinished: true,
  leftOut: {
    'pickup-other': 'its database belongs to one process',
    'kill-rerun': 'its database belongs to one process: the next start runs them again',
    'drain-million-waiting': 'a million rows take longer to fill than the cell may last',
    'drain-million-scheduled': 'a million rows take longer to fill than the cell may last',
    'drain-two-million-finished': 'two million rows take longer to fill than the cell may last',
    memory: 'its database belongs to one process, this one',
    'wal-bytes': 'its log is its own to look at',
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
  /** One runs until the workers stop, the others wait behind it. */
  readonly #blocked = defineJob<Payload, Needs>({
    name: 'blocked.default',
    queue: 'default',
    payload: z.object({ n: z.number() }),
    limits: [{ key: () => 'the one', concurrency: 1 }],
    run: async () => this.#over.promise,
  })
  readonly #over = signal()
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
    return async () => {
      this.#over.resolve()
      await this.#engine.stop('5s')
    }
  }

  async block(count: number): Promise<void> {
    const { client } = this.#engine
    for (let from = 0; from < count; from += 1_000) {
      const part = numbers(from, Math.min(1_000, count - from))
      await client.enqueueMany(part.map((n) => request(this.#blocked, { n }, { tenantId: 't0' })))
    }
  }

  unfinished(): Promise<number> {
    // Each half by an index of its own, however many other rows there are.
    return this.#sum(
      `SELECT count(*) FROM linehaul.job WHERE state = 'waiting' AND losses = 0 AND name LIKE 'bench.%'`,
      `SELECT count(*) FROM linehaul.job WHERE state = 'running' AND name LIKE 'bench.%'`,
    )
  }

  finished(): Promise<number> {
    return this.#sum(
      `SELECT count(*) FROM linehaul.job_archive WHERE state = 'done' AND attempt = 1 AND name LIKE 'bench.%'`,
    )
  }

  async close(): Promise<void> {}

  async #sum(...counts: readonly string[]): Promise<number> {
    const sql = `SELECT (${counts.join(') + (')}) AS count`
    const [row] = await this.database.query<{ count: string }>(sql)
    return Number(row?.count)
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
      jobs: [...this.#jobs.values(), ...('default' in this.options.queues ? [this.#blocked] : [])],
      needs: { handle },
      concurrency,
      queues: Object.fromEntries(weights) as Record<string, { weight: number }>,
      onError: (error, where) => console.error(`linehaul, ${where}:`, error),
    })
  }
}

/** The rows that `enqueueMany` and a finish would write. */
async function fill(database: Database, state: Filling, count: number): Promise<void> {
  const chunk = 200_000
  for (let from = 0; from < count; from += chunk)
    await database.query(FILLINGS[state], [from, Math.min(count, from + chunk) - 1])
  await database.query('ANALYZE linehaul.job, linehaul.job_archive')
}

const JOB = /* sql */ `
INSERT INTO linehaul.job (id, tenant_id, queue, name, payload, state, priority, run_at, created_at, max_attempts)`

const row = (state: string, runAt: string) => /* sql */ `
${JOB}
SELECT gen_random_uuid(), 't0', 'default', 'bench.default', jsonb_build_object('n', n), '${state}', 0, ${runAt}, now(), 5
FROM generate_series($1::int, $2::int) AS n`

const FILLINGS: Record<Filling, string> = {
  waiting: row('waiting', 'now()'),
  scheduled: row('scheduled', `now() + interval '1 day' + n * interval '1 ms'`),
  finished: /* sql */ `
INSERT INTO linehaul.job_archive (
  id, tenant_id, queue, name, payload, state, priority, run_at, created_at, attempt, max_attempts, losses, attempts,
  finished_at, expires_on, result
)
SELECT gen_random_uuid(), 't0', 'default', 'past.default', jsonb_build_object('n', n), 'done', 0, now(), now(), 1, 5, 0, '[]',
       now(), current_date + 7, '{"ok": true}'
FROM generate_series($1::int, $2::int) AS n`,
}
