import os from 'node:os'

import { checkSchema, newId, type Database } from '../database/index.js'
import { systemClock, type Clock, type Duration } from '../time/index.js'
import { Client } from './client.js'
import type { AnyJob } from './define-job.js'
import type { TenantZone } from './declared-schedules.js'
import { Duties } from './duties.js'
import { Elector } from './elector.js'
import { LoopBlockedError } from './errors.js'
import { Executor, type EndedEvent } from './executor.js'
import { FairShares, type QueueOrder } from './fair-shares.js'
import { Heartbeat } from './heartbeat.js'
import { LoopWatcher } from './loop-watcher.js'
import { queueMigrations } from './migrations.js'
import { Operator } from './operator.js'
import { Promoter } from './promoter.js'
import { Pruner } from './pruner.js'
import { settleQueues, type QueueSettings } from './queue-settings.js'
import { Recorder } from './recorder.js'
import { Registry } from './registry.js'
import { Rescuer } from './rescuer.js'
import { Ringer } from './ringer.js'
import { ScheduleSync } from './schedule-sync.js'
import { Schedules } from './schedules.js'
import { Signals } from './signals.js'
import { claim } from './store/claim.js'
import { Ticker } from './ticker.js'
import { Watcher } from './watcher.js'
import { Worker } from './worker.js'

export interface EngineOptions<Needs> {
  database: Database
  jobs: readonly AnyJob<Needs>[]
  /** What the handlers get besides their payload. */
  needs: Needs
  /** Whose schedules run, and in which zone. Default: none. */
  tenants?: () => Promise<readonly TenantZone[]>
  /** Most attempts running at once in this process. Default 10. */
  concurrency?: number
  /** Every queue and how it is treated. Default: the queues of the definitions, all alike. */
  queues?: Readonly<Record<string, QueueSettings>>
  /** `'strict'` empties the queue of the greatest weight before it looks at the next. Default `'weighted'`. */
  order?: QueueOrder
  /** Works only these queues here. Default: all. */
  serve?: readonly string[]
  /** What each job gets as its context where its request says nothing, such as the current trace. Default: nothing. */
  carry?: () => Readonly<Record<string, string>> | undefined
  clock?: Clock
  random?: () => number
  /** Hears of everything that went wrong in the background and will be tried again. */
  onError?: (error: unknown, where: string) => void
}

type Optional = 'queues' | 'serve'

type Settled<Needs> = Required<Omit<EngineOptions<Needs>, Optional>> & Pick<EngineOptions<Needs>, Optional>

export interface EngineSignals {
  'attempt.ended': EndedEvent
  /** The event loop stood still for longer than the lease, while jobs of these definitions ran. */
  'worker.blocked': { readonly blockedMs: number; readonly running: readonly string[] }
}

/** The job engine: puts jobs in, runs them, and keeps its promises in the background once it is started. */
export class Engine<Needs> {
  readonly client: Client
  readonly operator: Operator
  readonly schedules: Schedules
  readonly signals = new Signals<EngineSignals>()
  readonly workerId = newId()
  /** Those that are worked here. */
  readonly queues: readonly string[]
  readonly #options: Settled<Needs>
  readonly #recorder: Recorder
  readonly #ringer: Ringer
  readonly #worker: Worker
  readonly #rescuer: Rescuer
  readonly #heartbeat: Heartbeat
  readonly #elector: Elector
  readonly #duties: Duties
  readonly #loopWatcher: LoopWatcher
  #started = false

  constructor(options: EngineOptions<Needs>) {
    this.#options = {
      tenants: async () => [],
      concurrency: 10,
      order: 'weighted',
      carry: () => undefined,
      clock: systemClock,
      random: Math.random, // eslint-disable-line no-restricted-properties -- the default of an argument
      onError: () => undefined,
      ...options,
    }
    const { jobs, clock, random, onError, tenants, concurrency, carry } = this.#options
    const database = this.#options.database.background()
    const registry = new Registry(jobs)
    const queues = settleQueues(registry.queues, options.queues, options.serve)
    this.queues = [...queues.keys()]
    const about = { host: os.hostname(), pid: process.pid, queues: this.queues, concurrency }
    const wake = () => this.#worker.wake()
    this.#ringer = new Ringer(database, clock, wake, onError)
    const ring = () => this.#ringer.ring()
    this.client = new Client({ database: this.#options.database, registry, clock, carry, onEnqueued: ring })
    this.#recorder = new Recorder(database, clock, { ended: () => undefined, freed: () => undefined, due: ring })
    const on = { database, registry, clock, recorder: this.#recorder }
    this.#worker = this.#createWorker(registry, queues)
    this.#rescuer = new Rescuer(on, this.workerId, ring)
    this.#heartbeat = new Heartbeat(database, { id: this.workerId, ...about }, clock, {
      cutOff: () => this.#rescuer.startOver(),
      error: onError,
    })
    this.#elector = new Elector({
      database,
      clock,
      workerId: this.workerId,
      schedules: registry.jobs.filter(({ schedules }) => schedules.length > 0).map(({ name }) => name),
      onElected: () => this.#duties.takeUp(),
    })
    const watcher = new Watcher(on, this.#worker, this.workerId)
    const services = {
      everywhere: [this.#heartbeat, watcher],
      leading: [new Promoter(database, clock, ring), this.#rescuer, new Pruner(database, clock)],
      ticking: [
        new ScheduleSync(database, registry, tenants, clock, onError),
        new Ticker({ ...on, random, client: this.client, onError }),
      ],
    }
    this.#duties = new Duties(database, this.#elector, services, clock, onError)
    this.#loopWatcher = new LoopWatcher(clock, (blockedMs) => this.#tellBlocked(blockedMs))
    this.schedules = new Schedules({ ...on, client: this.client })
    this.operator = new Operator(database, registry, clock, {
      waiting: ring,
      cancelRequested: () => this.#duties.wake(watcher),
    })
  }

  get enqueue(): Client['enqueue'] {
    return this.client.enqueue.bind(this.client)
  }

  /** Whether this process does what one does for all. */
  get isLeader(): boolean {
    return this.#elector.isLeader
  }

  /**
   * Begins to run jobs. On an embedded database what an earlier process left running comes first.
   * @throws {DatabaseError} DATABASE_SCHEMA_OLD, DATABASE_SCHEMA_NEWER when the tables are not those of this version.
   */
  async start(): Promise<void> {
    if (this.#started) return
    this.#started = true
    const database = this.#options.database.background()
    try {
      await checkSchema(database, [queueMigrations])
      await this.#heartbeat.begin()
      if (database.kind === 'embedded') await this.#rescuer.takeOver()
      await this.#ringer.start()
      await this.#duties.start()
    } catch (error) {
      this.#started = false // so that it can be tried again
      await this.#heartbeat.end().catch(() => undefined) // why it could not start matters more
      throw error
    }
    this.#loopWatcher.start()
    this.#worker.start()
  }

  /** Hands its duties over, claims nothing more, gives running attempts `grace` to end, releases what is left, and signs off. */
  async stop(grace: Duration = '30s'): Promise<void> {
    if (!this.#started) return
    const { onError } = this.#options
    const handOver = this.#duties.handOver().catch((error: unknown) => onError(error, 'hand over'))
    await Promise.all([handOver, this.#worker.stop(grace)])
    await this.#duties.stop()
    this.#loopWatcher.stop()
    this.#ringer.stop()
    // Without it the others take this worker for dead once its lease is over, and it holds nothing.
    await this.#heartbeat.end().catch((error: unknown) => onError(error, 'sign off'))
  }

  #tellBlocked(blockedMs: number): void {
    const running = [...new Set(this.#worker.running.map(({ name }) => name))]
    this.signals.emit('worker.blocked', { blockedMs, running })
    this.#options.onError(new LoopBlockedError(blockedMs, running), 'watch the event loop')
  }

  #createWorker(registry: Registry<Needs>, queues: ReadonlyMap<string, QueueSettings>): Worker {
    const { needs, clock, random, concurrency, onError, order } = this.#options
    const database = this.#options.database.background()
    const { workerId } = this
    const recorder = this.#recorder
    const executor = new Executor({ database, recorder, registry, needs, workerId, clock, random })
    const weights = new Map([...queues].map(([queue, { weight = 1 }]) => [queue, weight]))
    return new Worker({
      concurrency,
      clock,
      onError,
      shares: new FairShares(weights, order),
      claim: (wish) =>
        claim(database, {
          ...wish,
          workerId,
          names: registry.names,
          // An embedded database writes its log only at a commit that is waited for.
          unsynced: database.kind === 'server',
          now: clock.statementTime(),
        }),
      execute: async (job, run, ended) =>
        this.signals.emit('attempt.ended', await executor.execute(job, run, ended)),
    })
  }
}
