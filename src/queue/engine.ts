import os from 'node:os'

import { newId, type Database } from '../database/index.js'
import { systemClock, type Clock, type Duration } from '../time/index.js'
import { Admitter } from './admitter.js'
import { BucketPruner } from './bucket-pruner.js'
import { Client } from './client.js'
import type { AnyJob } from './define-job.js'
import { Executor, type EndedEvent } from './executor.js'
import { FairShares, type QueueOrder } from './fair-shares.js'
import { FlowSettler } from './flow-settler.js'
import { FlowSweep, WaitCleaner } from './flow-sweep.js'
import { Flows } from './flows.js'
import { Heartbeat } from './heartbeat.js'
import { Operator } from './operator.js'
import { PauseKeeper } from './pause-keeper.js'
import { Pauses } from './pauses.js'
import { Periodic } from './periodic.js'
import { Promoter } from './promoter.js'
import { Pruner } from './pruner.js'
import { QueueGate } from './queue-gate.js'
import { settleQueues, type QueueSettings } from './queue-settings.js'
import { Recorder } from './recorder.js'
import { Registry } from './registry.js'
import { Rescuer } from './rescuer.js'
import { Ringer } from './ringer.js'
import { ScheduleSync, type TenantZone } from './schedule-sync.js'
import { Signals } from './signals.js'
import { beat, removeWorker, type WorkerRow } from './store/worker.js'
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
}

/** The job engine: puts jobs in, runs them, and keeps its promises in the background once it is started. */
export class Engine<Needs> {
  readonly client: Client
  readonly operator: Operator
  readonly pauses: Pauses
  readonly signals = new Signals<EngineSignals>()
  readonly workerId = newId()
  readonly #options: Settled<Needs>
  readonly #flows: Flows
  readonly #settler: FlowSettler
  readonly #admitter: Admitter
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
      clock: systemClock,
      random: Math.random, // eslint-disable-line no-restricted-properties -- the default of an argument
      onError: () => undefined,
      ...options,
    }
    const { jobs, clock, onError, tenants, concurrency, carry } = this.#options
    const database = this.#options.database.background()
    const registry = new Registry(jobs)
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
    const admitter = new Admitter({ database, registry, clock, onAdmitted: ring, onError })
    this.#admitter = admitter
    this.client = new Client({
      database: this.#options.database,
      registry,
      clock,
      carry,
      onEnqueued: (prepared) => {
        ring()
        if (prepared.some(({ row }) => row.limitKeys !== null)) admitter.wake()
      },
    })
    this.#settler = new FlowSettler({ database, registry, clock, onDue: ring, onError })
    const { client } = this
    this.#flows = new Flows({ database: this.#options.database, client, settler: this.#settler, clock })
    const ended = (ids: readonly string[]) => this.#settler.ended(ids)
    const after = { ended, freed: () => admitter.wake(), due: ring }
    this.#recorder = new Recorder(database, clock, after, this.#flows)
    const on = { database, registry, clock, recorder: this.#recorder }
    this.#worker = this.#createWorker(registry, queues)
    this.#rescuer = new Rescuer(on, this.workerId, ring)
    const watch = new Periodic(new Watcher(on, this.#worker, this.workerId), clock, onError)
    this.operator = new Operator(this.#options.database, registry, clock, {
      waiting: () => {
        ring()
        admitter.wake()
      },
      cancelRequested: () => watch.wake(),
      ended,
    })
    const pauseKeeper = new Periodic(new PauseKeeper(database, registry, ring), clock, onError) // leading
    const pausable = [
      ...new Set([...registry.queues, ...Object.keys(options.queues ?? {}), ...queues.keys()]),
    ]
    this.pauses = new Pauses({
      database,
      registry,
      queues: pausable,
      clock,
      on: {
        paused: () => pauseKeeper.wake(),
        resumed: () => {
          ring()
          admitter.wake()
          pauseKeeper.wake()
        },
      },
    })
    const services = [
      new Heartbeat(database, this.#row, clock),
      new Promoter(database, clock, () => {
        wake()
        admitter.wake()
      }),
      admitter, // leading
      new BucketPruner(database, clock), // leading
      this.#rescuer,
      new Pruner(database, clock),
      new ScheduleSync(database, registry, tenants, clock, onError),
      new Ticker(on, this.client, onError),
      new FlowSweep(database, this.#settler), // a leading duty
      new WaitCleaner(database), // a leading duty
    ]
    this.#services = [watch, pauseKeeper, ...services.map((service) => new Periodic(service, clock, onError))]
  }

  get enqueue(): Client['enqueue'] {
    return this.client.enqueue.bind(this.client)
  }

  get enqueueFlow(): Flows['enqueue'] {
    return this.#flows.enqueue.bind(this.#flows)
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
    this.#admitter.start()
    for (const service of this.#services) service.start()
    this.#worker.start()
  }

  /** Claims nothing more, gives running attempts `grace` to end, releases what is left, and signs off. */
  async stop(grace: Duration = '30s'): Promise<void> {
    if (!this.#started) return
    await this.#worker.stop(grace)
    await this.#settler.idle()
    await Promise.all([this.#admitter, ...this.#services].map((service) => service.stop()))
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
    const prepare: Client['prepare'] = (wish) => this.client.prepare(wish)
    const executor = new Executor({ database, recorder, registry, prepare, needs, workerId, clock, random })
    const gate = new QueueGate(database, clock, queues, () => this.#worker.wake())
    const weights = new Map([...queues].map(([queue, { weight = 1 }]) => [queue, weight]))
    return new Worker({
      concurrency,
      clock,
      onError,
      shares: new FairShares(weights, order),
      claim: (wish) =>
        gate.claim({
          ...wish,
          workerId,
          names: registry.names,
          // An embedded database writes its log only at a commit that is waited for.
          unsynced: database.kind === 'server',
          now: clock.statementTime(),
        }),
      execute: async (job, run, ended) => {
        const end = await executor.execute(job, run, ended)
        gate.ended(job.queue)
        this.signals.emit('attempt.ended', end)
      },
    })
  }
}
