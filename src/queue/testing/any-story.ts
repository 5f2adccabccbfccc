import { isUnavailable, newId, type Database } from '../../database/index.js'
import { defineJob, type Job } from '../define-job.js'
import type { Engine } from '../engine.js'
import type { EngineOptions } from '../engine-options.js'
import { IllegalMoveError, JobNotFoundError, NotPausedError } from '../errors.js'
import { wishOf } from '../attempt/outcome.js'
import type { PauseTarget } from '../limit/pause-target.js'
import type { BulkRequest } from '../operate/bulk.js'
import { clearJobs, stopNow, type Fixture } from './engine-fixture.js'
import { Workbench, type Handler, type Payload } from './workbench.js'

/** Something that happens, in words and as it is done. */
export type Step = readonly [name: string, take: (story: Story) => Promise<unknown>]

export const TENANT = 'default'

export const TARGETS: readonly PauseTarget[] = [
  { queue: 'default' },
  { name: 'test.work' },
  { name: 'test.limited' },
  { tenantId: TENANT },
]

/** Nothing that happens in a story keeps a job open for longer, in minutes. */
const LONGEST = 30

/** One sequence of steps on an emptied database: the engines, and what those who use them know. */
export class Story {
  readonly bench: Workbench
  readonly engine: Engine<unknown>
  /** One at a time for each `n`. */
  readonly limited: Job<Payload, unknown>
  /** Ids that a caller got as an answer. */
  readonly acknowledged = new Set<string>()
  /** Ids that were enqueued in a transaction which was rolled back. */
  readonly rolledBack = new Set<string>()
  /** Ids of jobs of which a handler came to its end and had no other wish than to be done. */
  readonly succeeded = new Set<string>()
  /** What had ended by then may be deleted. */
  deletedUpTo = new Date(0)
  readonly #options: Partial<EngineOptions<unknown>>
  #other: Fixture | undefined

  /** Takes the steps, then puts all that is in the way out of it and lets time go by until every job has ended. */
  static async tell(database: Database, steps: readonly Step[]): Promise<Story> {
    await clearJobs(database)
    const story = new Story(database)
    try {
      await story.engine.start()
      for (const [, take] of steps) await take(story)
      await story.#comeToRest()
    } finally {
      await story.bench.close()
    }
    return story
  }

  private constructor(readonly database: Database) {
    this.bench = new Workbench(database, {})
    const { work, unique } = this.bench
    this.limited = defineJob<Payload>({
      ...work,
      name: 'test.limited',
      aliases: [],
      limits: [{ key: ({ n }) => `${n}`, concurrency: 1 }],
    })
    this.#options = { jobs: [work, unique, this.limited], queues: { default: {}, urgent: {} } }
    this.engine = this.bench.anotherEngine({ ...this.#options, concurrency: 2 }).engine
    this.letRun(async () => 'done')
  }

  /** What every job does from now on. */
  letRun(handler: Handler): void {
    this.bench.handler = async (payload, attempt) => {
      const outcome = await handler(payload, attempt)
      if (!wishOf(outcome)) this.succeeded.add(attempt.jobId)
      return outcome
    }
  }

  /** What a handler does beside its job, in the transaction that ends it. */
  readonly finishing: Handler = (_, attempt) =>
    this.bench.database.transaction(async (tx) => {
      await tx.query('INSERT INTO public.effect (job_id) VALUES ($1)', [attempt.jobId])
      await attempt.finish(tx)
    })

  /** Acknowledges what is answered in the end. */
  async insist(call: () => Promise<readonly { readonly id: string }[]>): Promise<void> {
    for (const { id } of await untilAnswered(call)) this.acknowledged.add(id)
  }

  async bulk(request: BulkRequest): Promise<void> {
    if (request.action === 'delete') this.deletedUpTo = this.bench.clock.now()
    await this.insist(async () => {
      const { jobId } = await this.engine.operator.bulk(TENANT, request)
      return [{ id: jobId ?? '' }]
    })
  }

  /** Any of the newest jobs. */
  async pick(n: number): Promise<string> {
    const jobs = await this.engine.operator.list(TENANT, { limit: 10 })
    return jobs[n % jobs.length]?.id ?? newId()
  }

  async startOther(): Promise<void> {
    const { engine } = (this.#other ??= this.bench.anotherEngine({ ...this.#options, concurrency: 1 }))
    await untilAnswered(() => engine.start()) // on an embedded database it puts back what ran before
  }

  async stopOther(): Promise<void> {
    const other = this.#other
    this.#other = undefined
    if (other) await stopNow(other)
  }

  async #comeToRest(): Promise<void> {
    this.letRun(this.finishing)
    for (const target of TARGETS) await forgiving(this.engine.pauses.resume(target, { by: 'test:me' }))
    for (let minute = 0; minute < LONGEST && (await this.#isOpen()); minute++) await this.bench.pass('1m')
  }

  async #isOpen(): Promise<boolean> {
    return (await this.database.query('SELECT FROM linehaul.job LIMIT 1')).length > 0
  }
}

/** Asks again while the database is away, as callers are told to. */
async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    if (!isUnavailable(error)) throw error
    return untilAnswered(call)
  }
}

/** What people may ask for and not get. */
export async function forgiving(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    const refusals = [IllegalMoveError, JobNotFoundError, NotPausedError]
    if (!refusals.some((refusal) => error instanceof refusal)) throw error
  })
}
