import { afterEach, beforeEach } from 'vitest'
import { z } from 'zod'

import type { Database } from '../../database/index.js'
import { FaultyDatabase } from '../../database/testing/faulty-database.js'
import type { Duration } from '../../time/index.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { exponential } from '../attempt/backoff.js'
import type { Attempt } from '../attempt/attempt.js'
import { defineJob, type AnyJob, type Job } from '../define-job.js'
import type { Engine } from '../engine.js'
import type { EngineOptions } from '../engine-options.js'
import type { EndedEvent } from '../engine-signals.js'
import type { Outcome } from '../attempt/outcome.js'
import type { JobView } from '../operate/job-view.js'
import { anEngine, clearJobs, stopNow, type Fixture } from './engine-fixture.js'

export interface Payload {
  n?: number | undefined
}

export type Handler = (payload: Payload, attempt: Attempt) => Promise<Outcome>

/** An engine that has not started, what its jobs do, and the hands to move time and break things. */
export class Workbench {
  /** What both definitions run. Does nothing by default. */
  handler: Handler = async () => undefined
  readonly clock: FakeClock
  readonly database: FaultyDatabase
  readonly engine: Engine<unknown>
  readonly errors: unknown[]
  /** Three attempts, 10 s and 20 s apart, each of at most a minute. */
  readonly work: Job<Payload, unknown>
  /** The same with `n` as its unique key. */
  readonly unique: Job<Payload, unknown>
  readonly #fixtures: Fixture[] = []

  constructor(database: Database, options: WorkbenchOptions) {
    this.database = new FaultyDatabase(database)
    this.clock = options.clock ?? new FakeClock(options.startsAt)
    const common = {
      queue: 'default',
      payload: z.object({ n: z.number().optional() }),
      backoff: exponential({ base: '10s', jitter: 'none' }),
      maxAttempts: 3,
      timeout: '1m',
      run: (payload: Payload, _needs: unknown, attempt: Attempt) => this.handler(payload, attempt),
    } as const
    this.work = defineJob<Payload>({ ...common, name: 'test.work', aliases: ['test.former-name'] })
    this.unique = defineJob<Payload>({
      ...common,
      name: 'test.unique',
      uniqueKey: ({ n }) => `key ${n ?? ''}`,
    })
    const { engine, errors } = this.anotherEngine(options.engine)
    this.engine = engine
    this.errors = errors
  }

  /** One more engine on the same database and clock, as another process would have. */
  anotherEngine(options: Partial<EngineOptions<unknown>> = {}): Fixture {
    const jobs: readonly AnyJob<unknown>[] = [this.work, this.unique]
    const fixture = anEngine(this.database, jobs, { ...options, clock: this.clock })
    this.#fixtures.push(fixture)
    return fixture
  }

  /** Enqueues one job of `work`. */
  async enqueue(n?: number): Promise<string> {
    const { id } = await this.engine.enqueue(this.work, { n }, { tenantId: 'default' })
    return id
  }

  /** The next attempt that ends. */
  ended(matches?: (event: EndedEvent) => boolean): Promise<EndedEvent> {
    return this.engine.signals.next('attempt.ended', matches)
  }

  get(id: string): Promise<JobView> {
    return this.engine.operator.get('default', id)
  }

  /** Lets time go by: everyone who sleeps on the clock wakes, and everything that follows from it happens. */
  async pass(duration: Duration): Promise<void> {
    await this.database.idle()
    this.clock.advance(duration)
    await this.database.idle()
  }

  async close(): Promise<void> {
    for (const fixture of this.#fixtures) await stopNow(fixture)
    await this.database.idle()
  }
}

export interface WorkbenchOptions {
  startsAt?: string
  clock?: FakeClock
  engine?: Partial<EngineOptions<unknown>>
}

/** A new workbench on an emptied database for each test. */
export function eachTestHasAWorkbench(
  database: () => Database,
  options: WorkbenchOptions = {},
): () => Workbench {
  let bench: Workbench
  beforeEach(async () => {
    await clearJobs(database())
    bench = new Workbench(database(), options)
  })
  afterEach(() => bench.close())
  return () => bench
}

/** A handler that says when it began, and goes on until it is let go; its signal alone does not end it. */
export function aDeafHandler(): { handler: Handler; begun: Promise<Attempt>; letGo(result?: Outcome): void } {
  let begin: (attempt: Attempt) => void
  let letGo: (result?: Outcome) => void
  const begun = new Promise<Attempt>((resolve) => (begin = resolve))
  const end = new Promise<Outcome>((resolve) => (letGo = resolve))
  return {
    handler: (_, attempt) => {
      begin(attempt)
      return end
    },
    begun,
    letGo: (result) => letGo(result),
  }
}

/** A handler that says when it began, and goes on until its signal aborts; then it throws the signal's reason. */
export function aListeningHandler(): { handler: Handler; begun: Promise<Attempt> } {
  let begin: (attempt: Attempt) => void
  const begun = new Promise<Attempt>((resolve) => (begin = resolve))
  return {
    handler: (_, attempt) =>
      new Promise((_resolve, reject) => {
        attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason as Error))
        begin(attempt)
      }),
    begun,
  }
}
