import type { Database, EmbeddedDatabase, Transaction } from '../database/index.js'
import {
  Engine,
  type Client,
  type EngineOptions,
  type Enqueued,
  type Job,
  type RequestOptions,
} from '../queue/index.js'
import { toMs, type Duration } from '../time/index.js'
import type { FakeClock } from '../time/testing/fake-clock.js'
import { findMatch, isCalled, tally, type EnqueuedJob, type Matcher } from './enqueued.js'
import { Handlers, HandlersClock } from './handlers.js'
import { borrowDatabase, returnDatabase } from './memory.js'
import { listEnqueued, lookAhead, type Ahead } from './store.js'
import { TestDatabase } from './test-database.js'

export type TestEngineOptions<Needs> = Omit<EngineOptions<Needs>, 'database' | 'needs' | 'clock'> & {
  /** What the handlers get besides their payload, or a function that makes it of the test engine's database, clock and `enqueue`. */
  needs: Needs | ((test: TestEngine<Needs>) => Needs)
  /** What the clock shows at first. Default Monday, 5 January 2026, 08:00 UTC. */
  startsAt?: Date | string
  /** Makes tables of your own, and what is in them. The engine's are there already. */
  setUp?: (database: Database) => Promise<void>
}

export interface Bound {
  /** Most attempts at one instant: beyond it, jobs are taken to enqueue one another for ever. Default 1,000. */
  atMost?: number
}

/**
 * An engine on a database in memory, with a clock that stands still. Jobs run in {@link TestEngine.drain} and
 * {@link TestEngine.advance} only, so between them everything lies as it was enqueued. Close it at the end of the test.
 */
export async function createTestEngine<Needs>(options: TestEngineOptions<Needs>): Promise<TestEngine<Needs>> {
  const database = await borrowDatabase()
  try {
    const test = new TestEngine(database, options)
    await options.setUp?.(test.database)
    await test.start()
    return test
  } catch (error) {
    await returnDatabase(database)
    throw error
  }
}

/** While jobs wait for a limit, time goes on in steps: of the first length at first, doubled as long as nothing starts. */
const STEP_MS = { first: 250, last: 60_000 }

export class TestEngine<Needs> {
  /** The real one, for all that is not offered here. It is there as soon as the needs have been made. */
  readonly engine: Engine<Needs>
  readonly clock: FakeClock
  readonly database: Database
  /** What went wrong in the background, unless `onError` was given: thrown by the next `advance` or `drain`. */
  readonly #errors: unknown[] = []
  readonly #handlers = new Handlers()
  readonly #database: TestDatabase
  #isMoving = false

  constructor(
    private readonly borrowed: EmbeddedDatabase,
    { startsAt, setUp: _, needs, ...options }: TestEngineOptions<Needs>,
  ) {
    this.database = this.#database = new TestDatabase(borrowed)
    this.clock = new HandlersClock(startsAt, this.#handlers)
    this.engine = new Engine<Needs>({
      random: () => 1,
      onError: (error) => this.#errors.push(error),
      ...options,
      jobs: options.jobs.map((job) => this.#handlers.watch(job)),
      needs: typeof needs === 'function' ? (needs as (test: this) => Needs)(this) : needs,
      database: this.database,
      clock: this.clock,
    })
  }

  async start(): Promise<void> {
    await this.engine.start()
    await this.#settle(Infinity)
  }

  /** As the engine's own; the tenant is `default` where none is named. */
  readonly enqueue = <Payload>(
    job: Job<Payload, never>,
    payload: Payload,
    options: Partial<RequestOptions> & { tx?: Transaction } = {},
  ): Promise<Enqueued> => this.engine.enqueue(job, payload, { tenantId: 'default', ...options })

  /** As the engine's own. */
  readonly enqueueMany: Client['enqueueMany'] = (requests, options) =>
    this.engine.client.enqueueMany(requests, options)

  /** Runs all that is due, and what follows from it, until nothing is. Time stands still. */
  async drain({ atMost = 1_000 }: Bound = {}): Promise<void> {
    await this.#move(() => this.#runDue(atMost))
  }

  /**
   * Lets time go by: goes from one instant at which something falls due to the next, and lets everything that follows
   * happen before it goes on. What is due already runs first.
   */
  async advance(duration: Duration, { atMost = 1_000 }: Bound = {}): Promise<void> {
    const until = new Date(this.clock.now().getTime() + toMs(duration))
    await this.#move(async () => {
      await this.#runDue(atMost)
      let ahead = await lookAhead(this.database, this.clock.now())
      let stepMs = STEP_MS.first
      while (this.clock.now() < until) {
        const { calls } = this.#database
        const isDue = this.#skip(until, ahead, stepMs)
        await this.#settle(this.#handlers.starts.length + atMost)
        if (!isDue && this.#database.calls === calls) continue // an alarm that did nothing
        const started = await this.#runDue(atMost)
        ahead = await lookAhead(this.database, this.clock.now())
        stepMs = started ? STEP_MS.first : Math.min(2 * stepMs, STEP_MS.last)
      }
    })
  }

  /** The jobs of `job` that were ever enqueued, oldest first, wherever they stand. */
  async enqueued<Payload>(job: Job<Payload, never>): Promise<readonly EnqueuedJob<Payload>[]> {
    const all = await listEnqueued(this.database)
    return all.filter(({ name }) => isCalled(job, name)) as readonly EnqueuedJob<Payload>[]
  }

  /**
   * The first `job` that was enqueued with such a payload.
   * @throws {AssertionError} which says what was enqueued instead.
   */
  async expectEnqueued<Payload>(
    job: Job<Payload, never>,
    matcher?: Matcher<Payload>,
  ): Promise<EnqueuedJob<Payload>> {
    return findMatch(job, matcher, await listEnqueued(this.database))
  }

  /** Ends what runs, without giving it time. */
  async close(): Promise<void> {
    let isStopping = true
    const stopped = this.engine.stop('0ms', { within: '1000d' }).finally(() => (isStopping = false))
    while (isStopping) {
      this.clock.advance('11s') // past the time after which nobody waits for a handler
      await this.#database.idle()
    }
    await stopped
    await this.#database.close()
    await returnDatabase(this.borrowed)
  }

  async #move(work: () => Promise<unknown>): Promise<void> {
    if (this.#isMoving)
      throw new Error('Time is moving already: await one advance() or drain() before the next.')
    this.#isMoving = true
    this.#database.isResting = false
    try {
      await work()
    } finally {
      this.#database.isResting = true
      this.#isMoving = false
    }
    this.#throwErrors()
  }

  /** @returns whether anything started. */
  async #runDue(atMost: number): Promise<boolean> {
    const before = this.#handlers.starts.length
    // Twice at least: what one duty does, another may have to take up.
    for (let [round, last] = [0, before]; round < 2 || this.#handlers.starts.length > last; round += 1) {
      last = this.#handlers.starts.length
      this.clock.endNaps()
      await this.#settle(before + atMost)
    }
    return this.#handlers.starts.length > before
  }

  /** Lets everything under way come to its end. */
  async #settle(mostStarts: number): Promise<void> {
    do {
      await this.#database.idle()
      const { starts } = this.#handlers
      if (starts.length > mostStarts) throw new Error(describeEndless(starts))
    } while (!this.#database.isIdle || (await this.#handlers.rest()))
  }

  /** Goes to the next instant that matters. @returns whether something may be due then, other than an alarm. */
  #skip(until: Date, { dueAt, isHeld }: Ahead, stepMs: number): boolean {
    const step = isHeld ? [this.clock.now().getTime() + stepMs] : []
    const dueMs = Math.min(until.getTime(), dueAt?.getTime() ?? Infinity, ...step)
    const alarmMs = this.clock.nextAlarmAt?.getTime() ?? Infinity
    this.clock.skipTo(new Date(Math.min(dueMs, alarmMs)))
    return dueMs <= alarmMs
  }

  /** What is tried again and again fails the same way each time: that is told once. */
  #throwErrors(): void {
    const byText = new Map(this.#errors.splice(0).map((error) => [String(error), error]))
    const [first, ...others] = byText.values()
    if (first === undefined) return
    if (others.length === 0) throw first
    throw new AggregateError(byText.values(), `${byText.size} things went wrong in the background.`)
  }
}

function describeEndless(starts: readonly string[]): string {
  const last = starts.slice(-1_000).map((name) => ({ name }))
  return `${starts.length} attempts have run, and there is no end to it although the clock stands still; the last were ${tally(last)}. Does a job enqueue itself without a delay? If so many are meant, say so with { atMost }.`
}
