import os from 'node:os'

import { checkSchema, newId, type Transaction } from '../database/index.js'
import { endsWithin, toMs, type Cancel, type Duration } from '../time/index.js'
import type { Alerts } from './alert/alerts.js'
import { Admitter } from './limit/admitter.js'
import type { Client, ClientOptions } from './enqueue/client.js'
import { createClient } from './create-client.js'
import { createOperators, operatorsInside, type OperatorParts, type Operators } from './create-operators.js'
import { createRegistry } from './create-registry.js'
import { createServices } from './create-services.js'
import { createWorker } from './create-worker.js'
import { Duties } from './duty/duties.js'
import { Elector } from './duty/elector.js'
import { settleOptions, type EngineOptions, type SettledOptions } from './engine-options.js'
import { enqueuedEvent, progressEvent, type EngineSignals } from './engine-signals.js'
import { LoopBlockedError, StopUnfinishedError } from './errors.js'
import { FlowSettler } from './flow/flow-settler.js'
import { Flows } from './flow/flows.js'
import { Heartbeat } from './duty/heartbeat.js'
import { LineKeeper } from './duty/line-keeper.js'
import { Lifecycle } from './lifecycle.js'
import { LoopWatcher } from './duty/loop-watcher.js'
import { queueMigrations } from './migrations.js'
import type { Operator } from './operate/operator.js'
import { QueuePolicies } from './policy/queue-policies.js'
import type { Pauses } from './limit/pauses.js'
import { settleQueues } from './work/queue-settings.js'
import { RateMeter } from './duty/rate-meter.js'
import { Recorder } from './attempt/recorder.js'
import { Reporter } from './attempt/reporter.js'
import { Rescuer } from './duty/rescuer.js'
import { Ringer } from './work/ringer.js'
import type { Scheduler } from './schedule/scheduler.js'
import type { Schedules } from './schedule/schedules.js'
import { Signals } from './signals.js'
import type { Statistics } from './statistics/statistics.js'
import { StatisticsWriter } from './statistics/statistics-writer.js'
import { Tally } from './statistics/tally.js'
import { Threads } from './attempt/threads.js'
import { Watcher } from './duty/watcher.js'
import type { Worker } from './work/worker.js'
import type { Metrics } from './operate/metrics.js'
import type { Workers } from './operate/workers.js'

/** What an engine does inside a transaction. */
export interface EngineInside extends Operators {
  readonly enqueue: Client['enqueue']
  readonly enqueueMany: (requests: Parameters<Client['enqueueMany']>[0]) => ReturnType<Client['enqueueMany']>
}

/** The job engine: puts jobs in, runs them, and keeps its promises in the background once it is started. */
export class Engine<Needs> {
  readonly client: Client
  readonly operator: Operator
  readonly pauses: Pauses
  readonly schedules: Schedules
  readonly scheduler: Scheduler
  readonly workers: Workers
  readonly metrics: Metrics
  readonly signals: Signals<EngineSignals>
  readonly statistics: Statistics
  readonly alerts: Alerts
  readonly workerId = newId()
  /** Those that are worked here. */
  readonly queues: readonly string[]
  readonly #options: SettledOptions<Needs>
  readonly #flows: Flows
  readonly #settler: FlowSettler
  readonly #admitter: Admitter
  readonly #recorder: Recorder
  readonly #reporter: Reporter
  readonly #tally = new Tally()
  readonly #statisticsWriter: StatisticsWriter
  readonly #threads: Threads
  readonly #ringer: Ringer
  readonly #worker: Worker
  readonly #rescuer: Rescuer
  readonly #heartbeat: Heartbeat
  readonly #elector: Elector
  readonly #duties: Duties
  readonly #loopWatcher: LoopWatcher
  readonly #operatorParts: OperatorParts
  readonly #lifecycle = new Lifecycle()
  readonly #heedNoMore: Cancel

  constructor(options: EngineOptions<Needs>) {
    this.#options = settleOptions(options)
    const { clock, onError, concurrency, schedules: ticks, outcomes } = this.#options
    const { workerId } = this
    const database = this.#options.database.background()
    this.signals = new Signals(onError)
    const registry = createRegistry(this.#options, {
      tell: (finished) => this.#recorder.tell(finished),
      waiting: () => admitted(),
      cancelRequested: () => this.#duties.wake(watcher),
    })
    const served = settleQueues(registry.queues, options.queues, options.serve)
    const queues = new QueuePolicies(served, this.#options.settings)
    this.queues = [...served.keys()]

    const ring = () => this.#ringer.ring()
    const admitted = () => {
      ring()
      this.#admitter.wake()
    }
    const ended = (ids: readonly string[]) => this.#settler.ended(ids)
    this.#ringer = new Ringer(database, clock, () => this.#worker.wake(), onError)
    this.#admitter = new Admitter({ database, registry, clock, onAdmitted: ring, onError })
    const client = createClient({
      options: this.#options,
      registry,
      queues,
      workerId,
      worker: () => this.#worker,
      onEnqueued: this.#onEnqueued,
    })
    this.client = client
    this.#settler = new FlowSettler({ database, registry, clock, onDue: admitted, onError })
    this.#flows = new Flows({ database: this.#options.database, client, settler: this.#settler, clock })
    const after = { ended, freed: () => this.#admitter.wake(), due: ring }
    const listener = outcomes && { hear: outcomes, onError }
    this.#recorder = new Recorder(database, clock, after, this.#flows, listener)
    this.#reporter = new Reporter(database, clock, (job, progress) =>
      this.signals.emit('attempt.progress', progressEvent(job, progress)),
    )
    this.#threads = new Threads(concurrency)
    this.#statisticsWriter = new StatisticsWriter(database, this.#tally)
    const meter = new RateMeter(database, clock, workerId, () => this.#worker.running)
    const { worker: loop, heedQueues } = createWorker({
      options: this.#options,
      database,
      registry,
      queues,
      workerId,
      client,
      signals: this.signals,
      recorder: this.#recorder,
      reporter: this.#reporter,
      tally: this.#tally,
      threads: this.#threads,
      meter,
    })
    this.#worker = loop

    const on = { database, registry, clock, recorder: this.#recorder, tally: this.#tally }
    this.#rescuer = new Rescuer(on, workerId, admitted)
    const host = { host: os.hostname(), pid: process.pid }
    const worker = { id: workerId, ...host, queues: this.queues, concurrency, names: registry.names, ticks }
    this.#heartbeat = new Heartbeat(database, worker, clock, {
      cutOff: () => this.#rescuer.startOver(),
      error: onError,
    })
    this.#elector = new Elector({
      database,
      clock,
      workerId,
      schedules: ticks ? registry.known : registry.jobs.map(({ name }) => name),
      onElected: () => this.#duties.takeUp(),
    })
    const watcher = new Watcher(on, this.#worker, workerId)
    const lineKeeper = new LineKeeper(on, ring)
    const { heeding, ...forAll } = createServices({
      options: this.#options,
      on,
      unhurried: this.#options.database.background('unhurried'),
      client,
      signals: this.signals,
      ...{ admitter: this.#admitter, settler: this.#settler, rescuer: this.#rescuer },
      lineKeeper,
      due: admitted,
    })
    const everywhere = [this.#heartbeat, watcher, meter, this.#reporter, this.#statisticsWriter]
    this.#duties = new Duties(database, this.#elector, { everywhere, ...forAll }, clock, onError)
    this.#heedNoMore = this.#options.settings.onChange(() => {
      registry.policies.refresh()
      queues.refresh()
      heedQueues()
      this.#admitter.wake()
      lineKeeper.lookAnew()
      for (const service of heeding) this.#duties.wake(service)
    })
    this.#loopWatcher = new LoopWatcher(clock, (blockedMs) => this.#tellBlocked(blockedMs))

    this.#operatorParts = {
      database: this.#options.database,
      on,
      client,
      recorder: this.#recorder,
      queues: [...new Set([...registry.queues, ...Object.keys(options.queues ?? {})])],
      told: {
        ended,
        buried: (job) => this.#tally.buried(job, clock.now().getTime()),
        waiting: admitted,
        cancelRequested: () => this.#duties.wake(watcher),
        paused: () => {
          lineKeeper.lookAnew()
          this.#duties.wake(lineKeeper)
        },
        resumed: () => {
          admitted()
          this.#duties.wake(lineKeeper)
        },
      },
    }
    const operators = createOperators(this.#operatorParts)
    ;({ schedules: this.schedules, pauses: this.pauses, operator: this.operator } = operators)
    ;({ scheduler: this.scheduler, workers: this.workers, metrics: this.metrics } = operators)
    ;({ statistics: this.statistics, alerts: this.alerts } = operators)
  }

  /**
   * What people do to jobs, schedules and queues, and what puts jobs in, as a part of a transaction of the caller's on the
   * engine's database: all of it commits or none, and workers hear of it after the commit.
   */
  in(tx: Transaction): EngineInside {
    const { client } = this
    return {
      enqueue: (job, payload, options) => client.enqueue(job, payload, { ...options, tx }),
      enqueueMany: (requests) => client.enqueueMany(requests, { tx }),
      ...operatorsInside(tx, this.#operatorParts),
    }
  }

  get enqueue(): Client['enqueue'] {
    return this.client.enqueue.bind(this.client)
  }

  get enqueueFlow(): Flows['enqueue'] {
    return this.#flows.enqueue.bind(this.#flows)
  }

  /** Whether this process does what one does for all. */
  get isLeader(): boolean {
    return this.#elector.isLeader
  }

  /**
   * Begins to run jobs. On an embedded database what an earlier process left running comes first.
   * @throws {DatabaseError} DATABASE_SCHEMA_OLD, DATABASE_SCHEMA_NEWER when the tables are not those of this version.
   * @throws {EngineStoppedError} JOBS_ENGINE_STOPPED when it was stopped before.
   */
  start(): Promise<void> {
    return this.#lifecycle.start(() => this.#start())
  }

  /**
   * Hands its duties over, claims nothing more, gives running attempts `grace` to end, releases what is left, and signs off.
   * What cannot be done `within` so long after the grace, for the database is silent, is left to others, and told.
   */
  stop(grace: Duration = '30s', { within = '30s' }: { within?: Duration } = {}): Promise<void> {
    return this.#lifecycle.stop(() => this.#stop(grace, within)).finally(this.#heedNoMore)
  }

  async #start(): Promise<void> {
    const database = this.#options.database.background()
    try {
      await checkSchema(database, [queueMigrations])
      await this.#heartbeat.begin()
      if (database.kind === 'embedded') await this.#rescuer.takeOver()
      await this.#ringer.start()
      await this.#duties.start()
    } catch (error) {
      this.#ringer.stop()
      await this.#heartbeat.end().catch(() => undefined) // why it could not start matters more
      throw error
    }
    this.#tally.open()
    this.#admitter.start()
    this.#loopWatcher.start()
    this.#worker.start()
  }

  async #stop(grace: Duration, within: Duration): Promise<void> {
    const { clock, onError } = this.#options
    const inTime = await endsWithin(toMs(grace) + toMs(within), this.#windDown(grace), clock)
    if (!inTime) onError(new StopUnfinishedError(within), 'stop')
  }

  async #windDown(grace: Duration): Promise<void> {
    const { onError } = this.#options
    const handOver = this.#duties.handOver().catch((error: unknown) => onError(error, 'hand over'))
    await Promise.all([handOver, this.#worker.stop(grace)])
    await this.#settler.idle()
    await Promise.all([this.#admitter.stop(), this.#duties.stop(), this.#threads.close()])
    this.#tally.close()
    await this.#statisticsWriter.runOnce().catch((error: unknown) => onError(error, 'write statistics'))
    this.#loopWatcher.stop()
    this.#ringer.stop()
    // Without it the others take this worker for dead once its lease is over, and it holds nothing.
    await this.#heartbeat.end().catch((error: unknown) => onError(error, 'sign off'))
  }

  readonly #onEnqueued: ClientOptions['onEnqueued'] = (prepared, answers, running) => {
    if (running < prepared.length) this.#ringer.ring()
    if (prepared.some(({ row }) => row.limitKeys !== null)) this.#admitter.wake()
    this.#tally.enqueued(prepared, answers, this.#options.clock.now().getTime())
    if (this.signals.isHeard('job.enqueued'))
      this.signals.emit('job.enqueued', enqueuedEvent(prepared, answers))
  }

  #tellBlocked(blockedMs: number): void {
    const running = [...new Set(this.#worker.running.map(({ name }) => name))]
    this.signals.emit('worker.blocked', { blockedMs, running })
    this.#options.onError(new LoopBlockedError(blockedMs, running), 'watch the event loop')
  }
}
