import os from 'node:os'

import { newId, type Database } from '../database/index.js'
import { systemClock, type Clock, type Duration } from '../time/index.js'
import { Client } from './client.js'
import type { AnyJob } from './define-job.js'
import { Executor, type EndedEvent } from './executor.js'
import { FairShares, type QueueOrder } from './fair-shares.js'
import { Heartbeat } from './heartbeat.js'
import { ENGINE_KEEPS, refuseInvalidKeeps, type Keep } from './keep.js'
import { Operator } from './operator.js'
import { Periodic } from './periodic.js'
import { Promoter } from './promoter.js'
import { Pruner } from './pruner.js'
import { settleQueues, type QueueSettings } from './queue-settings.js'
import { RateMeter } from './rate-meter.js'
import { Recorder } from './recorder.js'
import { Registry } from './registry.js'
import { Rescuer } from './rescuer.js'
import { Ringer } from './ringer.js'
import { ScheduleSync, type TenantZone } from './schedule-sync.js'
import { Signals } from './signals.js'
import { claim } from './store/claim.js'
import type { Finished } from './store/finish.js'
import { beat, removeWorker, type WorkerRow } from './store/worker.js'
import { withSystemJobs } from './system-jobs.js'
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
  /** Tables besides the engine's own whose rows expire, for its daily clean-up. Default: none. */
  keeps?: readonly Keep[]
  clock?: Clock
  random?: () => number
  /** Hears of everything that went wrong in the background and will be tried again. */
  onError?: (error: unknown, where: string) => void
}

type Optional = 'queues' | 'serve'

type Settled<Needs> = Required<Omit<EngineOptions<Needs>, Optional>> & Pick<EngineOptions<Needs>, Optional>

export interface EngineSignals {
  'attempt.ended': EndedEvent
}

/** The job engine: puts jobs in, runs them, and keeps its promises in the background once it is started. */
export class Engine<Needs> {
  readonly client: Client
  readonly operator: Operator
  readonly signals = new Signals<EngineSignals>()
  readonly workerId = newId()
  readonly #options: Settled<Needs>
  readonly #recorder: Recorder
  readonly #ringer: Ringer
  readonly #worker: Worker
  readonly #rescuer: Rescuer
  readonly #services: readonly Periodic[]
  readonly #row: WorkerRow
  #started = false

  constructor(options: EngineOptions<Needs>) {
    this.#options = {
      tenants: async () => [],
      concurrency: 10,
      order: 'weighted',
      carry: () => undefined,
      keeps: [],
      clock: systemClock,
      random: Math.random, // eslint-disable-line no-restricted-properties -- the default of an argument
      onError: () => undefined,
      ...options,
    }
    const { jobs, clock, onError, tenants, concurrency, carry } = this.#options
    const database = this.#options.database.background()
    const keeps = [...ENGINE_KEEPS, ...this.#options.keeps]
    refuseInvalidKeeps(keeps)
    const system = {
      database,
      clock,
      keeps,
      keepOf: (name: string) => registry.find(name)?.keep,
      tell: (finished: readonly Finished[]) => this.#recorder.tell(finished),
      waiting: () => ring(),
      cancelRequested: () => watch.wake(),
    }
    const registry: Registry<Needs> = new Registry(withSystemJobs(jobs, system))
    const queues = settleQueues(registry.queues, options.queues, options.serve)
    this.#row = {
      id: this.workerId,
      host: os.hostname(),
      pid: process.pid,
      queues: [...queues.keys()],
      concurrency,
    }
    const wake = () => this.#worker.wake()
    this.#ringer = new Ringer(database, clock, wake, onError)
    const ring = () => this.#ringer.ring()
    this.client = new Client({ database: this.#options.database, registry, clock, carry, onEnqueued: ring })
    this.#recorder = new Recorder(database, clock, {
      ended: () => undefined,
      freed: () => undefined,
      due: ring,
    })
    const on = { database, registry, clock, recorder: this.#recorder }
    this.#worker = this.#createWorker(registry, queues)
    this.#rescuer = new Rescuer(on, this.workerId, ring)
    const watch = new Periodic(new Watcher(on, this.#worker, this.workerId), clock, onError)
    this.operator = new Operator(database, registry, clock, {
      waiting: ring,
      cancelRequested: () => watch.wake(),
      enqueue: (requests) => this.client.enqueueMany(requests),
      queues: [...new Set([...registry.queues, ...Object.keys(options.queues ?? {})])],
    })
    const meter = new RateMeter(database, clock, this.workerId, () => this.#worker.running)
    this.signals.on('attempt.ended', ({ queue }) => meter.count(queue))
    const services = [
      new Heartbeat(database, this.#row, clock),
      meter, // everywhere
      new Promoter(database, clock, wake),
      this.#rescuer,
      new Pruner(database, clock),
      new ScheduleSync(database, registry, tenants, clock, onError),
      new Ticker(on, this.client, onError),
    ]
    this.#services = [watch, ...services.map((service) => new Periodic(service, clock, onError))]
  }

  get enqueue(): Client['enqueue'] {
    return this.client.enqueue.bind(this.client)
  }

  /** Begins to run jobs. On an embedded database what an earlier process left running comes first. */
  async start(): Promise<void> {
    const { clock } = this.#options
    const database = this.#options.database.background()
    if (this.#started) return
    this.#started = true
    try {
      await beat(database, this.#row, clock.statementTime())
      if (database.kind === 'embedded') await this.#rescuer.takeOver()
      await this.#ringer.start()
    } catch (error) {
      this.#started = false // so that it can be tried again
      throw error
    }
    for (const service of this.#services) service.start()
    this.#worker.start()
  }

  /** Claims nothing more, gives running attempts `grace` to end, releases what is left, and signs off. */
  async stop(grace: Duration = '30s'): Promise<void> {
    if (!this.#started) return
    await this.#worker.stop(grace)
    await Promise.all(this.#services.map((service) => service.stop()))
    this.#ringer.stop()
    // Without it the others take this worker for dead once its lease is over, and it holds nothing.
    await removeWorker(this.#options.database.background(), this.workerId).catch((error: unknown) =>
      this.#options.onError(error, 'sign off'),
    )
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
