import { isUnavailable, type Database } from '../database/index.js'
import { toMs, type Clock } from '../time/index.js'
import { AttemptRun } from './attempt-run.js'
import { classify, type Ending } from './classify.js'
import type { AnyJob } from './define-job.js'
import { InvalidPayloadError } from './errors.js'
import { LEASE_MS } from './lease.js'
import { record, type Recorded } from './record.js'
import type { Recorder } from './recorder.js'
import type { Registry } from './registry.js'
import type { ClaimedJob } from './store/claim.js'

const RECORD_AGAIN_MS = 500

export interface EndedEvent {
  readonly jobId: string
  readonly tenantId: string
  readonly queue: string
  readonly name: string
  readonly attempt: number
  /** Where the job stands now; `'lost'` when it was another's by then. */
  readonly state: Recorded
}

export interface ExecutorOptions<Needs> {
  database: Database
  recorder: Recorder
  registry: Registry<Needs>
  needs: Needs
  workerId: string
  clock: Clock
  random: () => number
}

/** Runs claimed jobs: parse the payload, run the handler under its timeout, decide what follows, write it down. */
export class Executor<Needs> {
  constructor(private readonly options: ExecutorOptions<Needs>) {}

  /** @param ended called as soon as the handler is through, before its end is written down */
  async execute(job: ClaimedJob, run: AttemptRun, ended: () => void): Promise<EndedEvent> {
    const { registry, workerId, random } = this.options
    const definition = registry.get(job.name)
    const ending = await this.#attempt(definition, job, run)
    ended()
    const verdict = classify(ending, run.stopped, job, definition.backoff, random)
    const state =
      verdict.kind === 'lost'
        ? 'lost' // another worker's by now: there is nothing to write
        : await this.#whileAway(() => record(this.options, { ...job, workerId }, verdict, definition.keep))
    return {
      jobId: job.id,
      tenantId: job.tenantId,
      queue: job.queue,
      name: job.name,
      attempt: job.attempt,
      state,
    }
  }

  /** Tries again while the database is away, for as long as the worker's lease may last. */
  async #whileAway(write: () => Promise<Recorded>): Promise<Recorded> {
    const { clock } = this.options
    for (let waitedMs = 0; ; waitedMs += RECORD_AGAIN_MS) {
      try {
        return await write()
      } catch (error) {
        if (!isUnavailable(error) || waitedMs >= LEASE_MS) throw error
        await new Promise<void>((resolve) => clock.after(RECORD_AGAIN_MS, resolve))
      }
    }
  }

  async #attempt(definition: AnyJob<Needs>, job: ClaimedJob, run: AttemptRun): Promise<Ending> {
    let payload: unknown
    try {
      payload = definition.payload.parse(job.payload)
    } catch (cause) {
      return { kind: 'unreadable', error: new InvalidPayloadError(definition.name, cause) }
    }
    const attempt = { jobId: job.id, tenantId: job.tenantId, number: job.attempt, signal: run.signal }
    return run.run(() => definition.run(payload, this.options.needs, attempt), toMs(definition.timeout))
  }
}
