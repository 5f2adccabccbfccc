import type { Transaction } from '../../database/index.js'
import type { AttemptParts } from './attempt-parts.js'
import type { Json } from './outcome.js'
import type { AwaitedJob } from '../store/awaited.js'
import type { SettingsInForce } from '../settings.js'
import { toDate, type ClaimedJob } from '../store/claim.js'
import type { LogLevel } from '../store/log.js'

/** What the engine hands to every attempt. */
export interface Attempt {
  readonly jobId: string
  /** The definition's, or the alias under which the job was enqueued. */
  readonly name: string
  readonly queue: string
  readonly tenantId: string
  /** 1 on the first run. */
  readonly number: number
  /** How often the job may run in total, as was in force when this attempt began. */
  readonly maxAttempts: number
  /** Since when it was due. */
  readonly runAt: Date
  readonly createdAt: Date
  /** Who or what caused the job, as `kind:id`. */
  readonly actor: string | null
  readonly correlationId: string | null
  /** The business object the job is about, as `kind:id`. */
  readonly subject: string | null
  /** Strings that the enqueuer handed over besides the payload, such as a trace. */
  readonly context: Readonly<Record<string, string>>
  /** What can be set without a deployment, as it was in force for the tenant when the attempt started: `rules.get(rule)`. */
  readonly rules: SettingsInForce
  /** Aborts on timeout, on cancellation, on shutdown and when the job was given to another worker. */
  readonly signal: AbortSignal
  /**
   * Says how far it is: `percent` from 0 to 100, and in which step. Returns at once; the last word of each second is
   * written, and the very last one before the job ends.
   * @throws {InvalidOptionError} JOBS_INVALID_OPTION when `percent` is not from 0 to 100.
   */
  progress(percent: number, about?: { step?: string; message?: string }): void
  /**
   * Adds a line to the job's log. Returns at once; lines are written about once a second, the last ones before the
   * attempt's end is told. At most 1,000 lines an attempt, 2,000 characters a message, 16 KiB of JSON as `data`.
   */
  log(level: LogLevel, message: string, data?: unknown): void
  /** The jobs that this one has waited for, in order: a flow's parents, the children of `waitFor`. Empty on a first run without. */
  awaited(): Promise<readonly AwaitedJob[]>
  /**
   * Ends the job as done inside a transaction of the engine's database: the transaction's rows and the job's completion
   * commit together or not at all. Once committed, the job is done whatever the handler returns or throws.
   * @throws {LeaseLostError} JOBS_LEASE_LOST, {@link CancelRequestedError} JOBS_CANCELLED, JOBS_ALREADY_FINISHED,
   *   JOBS_RESULT_NOT_JSON, JOBS_RESULT_TOO_LARGE; the transaction can then only roll back.
   */
  finish(tx: Transaction, result?: Json): Promise<void>
}

/** All of an attempt that can be copied. */
export const ATTEMPT_DATA = [
  'jobId',
  'name',
  'queue',
  'tenantId',
  'number',
  'maxAttempts',
  'runAt',
  'createdAt',
  'actor',
  'correlationId',
  'subject',
  'context',
] as const satisfies readonly (keyof Attempt)[]

/** What handlers get: everything looked up when it is asked for, each part usable on its own, `({ n }, needs, { log })`. */
export class JobAttempt implements Attempt {
  readonly #parts: AttemptParts
  readonly #job: ClaimedJob

  constructor(parts: AttemptParts) {
    this.#parts = parts
    this.#job = parts.run.job
  }

  get jobId(): string {
    return this.#job.id
  }

  get name(): string {
    return this.#job.name
  }

  get queue(): string {
    return this.#job.queue
  }

  get tenantId(): string {
    return this.#job.tenantId
  }

  get number(): number {
    return this.#job.attempt
  }

  get maxAttempts(): number {
    return this.#parts.maxAttempts
  }

  get runAt(): Date {
    return toDate(this.#job.runAtMs)
  }

  get createdAt(): Date {
    return toDate(this.#job.createdAtMs)
  }

  get actor(): string | null {
    return this.#job.actor
  }

  get correlationId(): string | null {
    return this.#job.correlationId
  }

  get subject(): string | null {
    return this.#job.subject
  }

  get context(): Readonly<Record<string, string>> {
    return this.#job.context ?? {}
  }

  get rules(): SettingsInForce {
    return this.#parts.rules
  }

  get signal(): AbortSignal {
    return this.#parts.run.signal
  }

  get progress(): Attempt['progress'] {
    return (percent, about) => this.#parts.report.setProgress(percent, about)
  }

  get log(): Attempt['log'] {
    return (level, message, data) => this.#parts.report.log(level, message, data)
  }

  get awaited(): Attempt['awaited'] {
    return () => this.#parts.awaited()
  }

  get finish(): Attempt['finish'] {
    return (tx, result) => this.#parts.completion.finish(tx, result)
  }
}
