import type { Transaction } from '../../database/index.js'
import type { AttemptReport } from './attempt-report.js'
import type { AttemptRun } from './attempt-run.js'
import type { Completion } from './completion.js'
import type { Json } from './outcome.js'
import type { AwaitedJob } from '../store/awaited.js'
import type { ClaimedJob } from '../store/claim.js'
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

/** What stands behind an attempt. */
export interface AttemptParts {
  readonly run: AttemptRun
  readonly report: AttemptReport
  readonly completion: Completion
  readonly awaited: Attempt['awaited']
}

export function createAttempt(job: ClaimedJob, { run, report, completion, awaited }: AttemptParts): Attempt {
  return {
    jobId: job.id,
    name: job.name,
    queue: job.queue,
    tenantId: job.tenantId,
    number: job.attempt,
    maxAttempts: job.maxAttempts,
    runAt: job.runAt,
    createdAt: job.createdAt,
    actor: job.actor,
    correlationId: job.correlationId,
    subject: job.subject,
    context: job.context ?? {},
    get signal() {
      return run.signal
    },
    progress: (percent, about) => report.setProgress(percent, about),
    log: (level, message, data) => report.log(level, message, data),
    awaited,
    finish: (tx, result) => completion.finish(tx, result),
  }
}
