import type { Cancel, Clock } from '../../time/index.js'
import type { Ending, StopReason } from './classify.js'
import { alarmAt, watchFromNextTurn } from './deadline.js'
import { JobsError } from '../errors.js'
import type { ClaimedJob } from '../store/claim.js'

/** How long an attempt may take to end after its signal was aborted before nobody waits for it any more. */
export const ABANDON_AFTER_MS = 10_000

const REASONS: Record<StopReason, string> = {
  timeout: 'its timeout is over',
  cancel: 'it was cancelled',
  shutdown: 'its worker is shutting down',
  lease: 'it was given to another worker',
}

/** What an attempt does. */
export interface Work {
  /** The longest it may take. */
  readonly timeoutMs: number
  handle(): Promise<unknown>
  /** Called once, with how it ended and how long it took. */
  ended(ending: Ending, runMs: number): void
}

/** One attempt on its way: can be stopped from outside, and knows why it was. */
export class AttemptRun {
  // Made when somebody asks for them: few handlers do, and without them 60,000 no-ops drain a tenth faster.
  #controller: AbortController | undefined
  #abandoned: AbortController | undefined
  #stopped: StopReason | undefined
  #cancelAlarm: Cancel | undefined
  #work: Work | undefined
  #isAbandoned = false
  #isFinished = false
  #startedMs = 0
  #hasEnded = false

  constructor(
    readonly job: ClaimedJob,
    private readonly clock: Clock,
  ) {}

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#stopped) this.#controller.abort(whyStopped(this.#stopped))
    return this.#controller.signal
  }

  /** Aborts once nobody waits for the attempt any more. */
  get abandoned(): AbortSignal {
    this.#abandoned ??= new AbortController()
    if (this.#isAbandoned) this.#abandoned.abort()
    return this.#abandoned.signal
  }

  /** Why its signal was aborted; `undefined` as long as it was not. The first reason stands. */
  get stopped(): StopReason | undefined {
    return this.#stopped
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /**
   * Aborts its signal; an attempt that still has not ended {@link ABANDON_AFTER_MS} later is abandoned.
   * Does nothing once it has ended.
   */
  stop(reason: StopReason): void {
    if (this.#stopped || this.#hasEnded || (reason === 'lease' && this.#isFinished)) return
    this.#stopped = reason
    this.#cancelAlarm?.()
    this.#cancelAlarm = this.clock.after(ABANDON_AFTER_MS, () => this.#abandon())
    this.#controller?.abort(whyStopped(reason))
  }

  /** Its job is done, or may be, although its handler still runs: that the job is no longer this worker's is no news then. */
  finish(): void {
    this.#isFinished = true
  }

  /** Does `work` to its end, or until it is abandoned; not at all if it was stopped before. Never throws. */
  run(work: Work): void {
    this.#startedMs = this.clock.monotonicMs()
    this.#work = work
    if (this.#stopped) this.#end({ kind: 'threw', error: this.signal.reason })
    else this.#begin(work)
  }

  #begin(work: Work): void {
    try {
      // A handler in plain JavaScript may answer without a promise.
      Promise.resolve(work.handle()).then(
        (outcome) => this.#end({ kind: 'returned', outcome }),
        (error: unknown) => this.#end({ kind: 'threw', error }),
      )
      watchFromNextTurn(this)
    } catch (error) {
      this.#end({ kind: 'threw', error })
    }
  }

  #end(ending: Ending): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#cancelAlarm?.()
    this.#work?.ended(ending, this.clock.monotonicMs() - this.#startedMs)
  }

  /** Stops it when its timeout is over. */
  watch(): void {
    if (this.#stopped) return
    this.#cancelAlarm = alarmAt(this.clock, this.#startedMs, this.#work?.timeoutMs ?? 0, () =>
      this.stop('timeout'),
    )
  }

  #abandon(): void {
    this.#isAbandoned = true
    this.#abandoned?.abort()
    if (this.#work) this.#end({ kind: 'abandoned' })
  }
}

function whyStopped(reason: StopReason): JobsError {
  return new JobsError(
    `JOBS_STOPPED_BY_${reason.toUpperCase()}`,
    `The attempt was stopped: ${REASONS[reason]}.`,
  )
}
