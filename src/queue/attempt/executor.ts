import { isUnavailable, mayPass, type Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { createAttempt, type Attempt } from './attempt.js'
import type { AttemptReport } from './attempt-report.js'
import type { AttemptRun } from './attempt-run.js'
import { planChildren } from '../flow/children.js'
import { classify, type Ending, type Verdict } from './classify.js'
import type { Client } from '../enqueue/client.js'
import { Completion } from './completion.js'
import type { AnyJob } from '../define-job.js'
import { endedEvent, startedEvent, type EngineSignals } from '../engine-signals.js'
import { InvalidPayloadError } from '../errors.js'
import { LEASE_MS } from '../duty/lease.js'
import { runThrough, type Middleware } from './middleware.js'
import { record, type EndedAttempt, type Recorded } from './record.js'
import type { Recorder } from './recorder.js'
import type { Registry } from '../registry.js'
import type { Reporter } from './reporter.js'
import { retryOf } from './retry.js'
import type { Signals } from '../signals.js'
import { listAwaited } from '../store/awaited.js'
import type { ClaimedJob } from '../store/claim.js'
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
  workerId: string
  clock: Clock
  random: () => number
  onError: (error: unknown, where: string) => void
}

/** Runs claimed jobs: parse the payload, run the handler under its timeout, decide what follows, write it down. */
export class Executor<Needs> {
  constructor(private readonly options: ExecutorOptions<Needs>) {}

  /**
   * What was stopped for a shutdown before it began is given back, and nobody is told of an attempt that there was not.
   * @param through called as soon as the handler is through, before its end is written down
   */
  async execute(job: ClaimedJob, run: AttemptRun, through: () => void): Promise<void> {
    const { registry, reporter, recorder, clock, workerId, random, signals } = this.options
    const definition = registry.get(job.name)
    const { keep } = definition
    const { backoff, timeoutMs } = retryOf(definition, job.retry)
    const report = reporter.open(job, keep, () => run.stop('lease'))
    const ended: EndedAttempt = { ...job, workerId }
    const completion = new Completion({ attempt: ended, keep, run, report, recorder, clock })
    const begins = run.stopped !== 'shutdown'
    if (begins) signals.emit('attempt.started', startedEvent(job))
    const startMs = clock.monotonicMs()
    const awaited = () => listAwaited(this.options.database, job)
    const attempt = createAttempt(job, { run, report, completion, awaited })
    const ending = await this.#attempt(definition, job, run, attempt, timeoutMs)
    const runMs = clock.monotonicMs() - startMs
    through()
    report.close()
    const verdict = classify(ending, run.stopped, job, backoff, random)
    const state = await this.#whileAway(async () => {
      await this.#flush(report)
      return this.#record(ended, verdict, completion, keep)
    })
    completion.settle(state)
    if (ending.kind === 'threw' && state === 'done') this.options.onError(ending.error, 'after finish')
    if (begins) signals.emit('attempt.ended', endedEvent(job, state, verdict, runMs))
  }

  async #record(
    ended: EndedAttempt,
    verdict: Verdict,
    completion: Completion,
    keep: AnyJob['keep'],
  ): Promise<Recorded> {
    if (completion.isCommitted) return 'done'
    if (verdict.kind !== 'lost') return record(this.options, ended, verdict, keep)
    // Another worker's by now, and there is nothing to write; or its own transaction finished it and nobody heard.
    return (completion.wasTried ? await findEnded(this.options.database, ended) : undefined) ?? 'lost'
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

  async #attempt(
    definition: AnyJob<Needs>,
    job: ClaimedJob,
    run: AttemptRun,
    attempt: Attempt,
    timeoutMs: number,
  ): Promise<Ending> {
    const { needs, threads, middleware, prepare } = this.options
    let payload: unknown
    try {
      // Of what was stopped before it began nothing is judged.
      if (!run.stopped) payload = definition.payload.parse(job.payload)
    } catch (cause) {
      return { kind: 'unreadable', error: new InvalidPayloadError(definition.name, cause) }
    }
    const { module } = definition
    const handle = () =>
      module ? threads.run(module, payload, attempt, run.abandoned) : definition.run(payload, needs, attempt)
    // Inside of what stands around it, so that children take over the context that is current there.
    const handler = async () => planChildren(await handle(), job, prepare)
    return run.run(() => runThrough(middleware, attempt, handler), timeoutMs)
  }
}
