import { isUnavailable, mayPass, type Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { JobAttempt, type Attempt } from './attempt.js'
import { AttemptParts } from './attempt-parts.js'
import type { AttemptReport } from './attempt-report.js'
import type { AttemptRun } from './attempt-run.js'
import { planChildren } from '../flow/children.js'
import { classify, type Ending, type Verdict } from './classify.js'
import type { Client } from '../enqueue/client.js'
import type { AnyJob } from '../define-job.js'
import { endedEvent, startedEvent, type EngineSignals } from '../engine-signals.js'
import { InvalidPayloadError } from '../errors.js'
import { LEASE_MS } from '../duty/lease.js'
import { runThrough, type Middleware } from './middleware.js'
import { finishOf, record, type Recorded } from './record.js'
import type { Recorder } from './recorder.js'
import type { Registry } from '../registry.js'
import type { Reporter } from './reporter.js'
import { retryOf } from './retry.js'
import type { Signals } from '../signals.js'
import { findEnded } from '../store/find-ended.js'
import type { Threads } from './threads.js'

export type { EndedEvent } from '../engine-signals.js'

const RECORD_AGAIN_MS = 500

export interface ExecutorOptions<Needs> {
  database: Database
  recorder: Recorder
  reporter: Reporter
  registry: Registry<Needs>
  /** Checks a child that a handler asks for. */
  prepare: Client['prepare']
  threads: Threads
  middleware: readonly Middleware[]
  signals: Signals<EngineSignals>
  needs: Needs
  clock: Clock
  random: () => number
  onError: (error: unknown, where: string) => void
}

/** Hears how far an attempt is; nothing is called twice. */
export interface AttemptListener {
  /** Its handler is through, after so long; its end is yet to be written down. */
  through(runMs: number): void
  /** Its end is written down. */
  recorded(how: Recorded, verdict: Verdict): void
  /** Its end could not be written down. */
  failed(error: unknown): void
}

/** One attempt between its start and its recorded end. */
interface Execution<Needs> {
  readonly definition: AnyJob<Needs>
  readonly run: AttemptRun
  readonly parts: AttemptParts
  readonly backoff: AnyJob['backoff']
  readonly begins: boolean
  readonly listener: AttemptListener
}

/** Runs claimed jobs: parse the payload, run the handler under its timeout, decide what follows, write it down. */
export class Executor<Needs> {
  constructor(private readonly options: ExecutorOptions<Needs>) {}

  /** What was stopped for a shutdown before it began is given back, and nobody is told of an attempt that there was not. */
  execute(run: AttemptRun, listener: AttemptListener): void {
    const { job } = run
    const definition = this.options.registry.get(job.name)
    const { backoff, timeoutMs } = retryOf(definition, job.retry)
    const parts = new AttemptParts(run, definition.keep, this.options)
    const begins = run.stopped !== 'shutdown'
    const one = { definition, run, parts, backoff, begins, listener }
    if (begins && this.options.signals.isHeard('attempt.started'))
      this.options.signals.emit('attempt.started', startedEvent(job))
    let payload: unknown
    try {
      // Of what was stopped before it began nothing is judged.
      if (!run.stopped) payload = definition.payload.parse(job.payload)
    } catch (cause) {
      this.#ended(one, { kind: 'unreadable', error: new InvalidPayloadError(definition.name, cause) }, 0)
      return
    }
    run.run(
      () => this.#handle(one, payload),
      timeoutMs,
      (ending, runMs) => this.#ended(one, ending, runMs),
    )
  }

  #handle({ definition, run, parts }: Execution<Needs>, payload: unknown): Promise<unknown> {
    const { needs, threads, middleware, prepare } = this.options
    const attempt: Attempt = new JobAttempt(parts)
    const { module } = definition
    const handle = () =>
      module ? threads.run(module, payload, attempt, run.abandoned) : definition.run(payload, needs, attempt)
    // Inside of what stands around it, so that children take over the context that is current there.
    const handler = async () => planChildren(await handle(), run.job, prepare)
    return runThrough(middleware, attempt, handler)
  }

  #ended(one: Execution<Needs>, ending: Ending, runMs: number): void {
    const { run, parts, backoff, listener } = one
    listener.through(runMs)
    parts.said?.close()
    const verdict = classify(ending, run.stopped, run.job, backoff, this.options.random)
    const conclude = (state: Recorded) => this.#conclude(one, { ending, verdict, state, runMs })
    const later = () => void this.#recordOrFail(one, verdict).then((state) => state && conclude(state))
    if (verdict.kind !== 'done' || parts.said || parts.tried) return later()
    // What most attempts come to, without a promise for each.
    this.options.recorder.giveFinish(
      finishOf(run.job, { state: 'done', result: verdict.result }, parts.keep),
      {
        resolve: (state) => (state ? conclude(state) : later()),
        reject: (error) => (mayPass(error) ? later() : listener.failed(error)),
      },
    )
  }

  #conclude(one: Execution<Needs>, { ending, verdict, state, runMs }: Concluded): void {
    const { run, parts, listener, begins } = one
    const { signals, onError } = this.options
    parts.tried?.settle(state)
    if (ending.kind === 'threw' && state === 'done') onError(ending.error, 'after finish')
    if (begins && signals.isHeard('attempt.ended'))
      signals.emit('attempt.ended', endedEvent(run.job, state, verdict, runMs))
    listener.recorded(state, verdict)
  }

  async #recordOrFail(one: Execution<Needs>, verdict: Verdict): Promise<Recorded | undefined> {
    try {
      return await this.#whileAway(async () => {
        if (one.parts.said) await this.#flush(one.parts.said)
        return this.#record(one, verdict)
      })
    } catch (error) {
      one.listener.failed(error)
      return undefined
    }
  }

  async #record({ run, parts }: Execution<Needs>, verdict: Verdict): Promise<Recorded> {
    if (parts.tried?.isCommitted) return 'done'
    if (verdict.kind !== 'lost') return record(this.options, run.job, verdict, parts.keep)
    // Another worker's by now, and there is nothing to write; or its own transaction finished it and nobody heard.
    return (parts.tried?.wasTried ? await findEnded(this.options.database, run.job) : undefined) ?? 'lost'
  }

  /** What the attempt had to say comes before its end. It is not worth losing the end for. */
  async #flush(report: AttemptReport): Promise<void> {
    const { reporter, onError } = this.options
    try {
      await reporter.flush(report)
    } catch (error) {
      if (isUnavailable(error)) throw error
      reporter.forget(report)
      onError(error, reporter.name)
    }
  }

  /** Tries again while the database is away or others are in the way, for as long as the worker's lease may last. */
  async #whileAway(write: () => Promise<Recorded>): Promise<Recorded> {
    const { clock } = this.options
    for (let waitedMs = 0; ; waitedMs += RECORD_AGAIN_MS) {
      try {
        return await write()
      } catch (error) {
        if (!mayPass(error) || waitedMs >= LEASE_MS) throw error
        await new Promise<void>((resolve) => clock.after(RECORD_AGAIN_MS, resolve))
      }
    }
  }
}

interface Concluded {
  readonly ending: Ending
  readonly verdict: Verdict
  readonly state: Recorded
  readonly runMs: number
}
