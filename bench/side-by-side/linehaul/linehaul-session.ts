import { z } from 'zod'

import type { Database } from '../../../src/database/index.js'
import { defineJob, Engine, request, type Job } from '../../../src/queue/index.js'
import type { Handle, Session, SessionOptions } from '../contender.js'
import { numbers, signal } from '../measure.js'

type Payload = { n: number }
type Needs = { handle: Handle }

export class LinehaulSession implements Session {
  readonly #jobs: ReadonlyMap<string, Job<Payload, Needs>>
  /** One runs until the workers stop, the others wait behind it. */
  readonly #blocked = defineJob<Payload, Needs>({
    name: 'blocked.default',
    queue: 'default',
    payload: z.object({ n: z.number() }),
    limits: [{ key: () => 'the one', concurrency: 1 }],
    run: async () => this.#over.promise,
  })
  /** Lets the one of each `work` end. */
  #over = signal()
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
    this.#over = signal()
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

  unblocked(): Promise<number> {
    return this.#sum(
      `SELECT count(*) FROM linehaul.job_archive WHERE name = 'blocked.default' AND state = 'done'`,
    )
  }

  unfinished(): Promise<number> {
    // Each part by an index of its own, however many other rows there are.
    return this.#sum(
      `SELECT count(*) FROM linehaul.job WHERE state = 'waiting' AND losses = 0 AND name LIKE 'bench.%'`,
      `SELECT count(*) FROM linehaul.job WHERE state = 'waiting' AND losses > 0 AND name LIKE 'bench.%'`,
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
