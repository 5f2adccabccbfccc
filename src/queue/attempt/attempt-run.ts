import type { Cancel, Clock } from '../../time/index.js'
import type { Ending, StopReason } from './classify.js'
import { JobsError } from '../errors.js'

/** How long an attempt may take to end after its signal was aborted before nobody waits for it any more. */
export const ABANDON_AFTER_MS = 10_000

const REASONS: Record<StopReason, string> = {
  timeout: 'its timeout is over',
  cancel: 'it was cancelled',
  shutdown: 'its worker is shutting down',
  lease: 'it was given to another worker',
}

/** One attempt on its way: can be stopped from outside, and knows why it was. */
export class AttemptRun {
  // Made when somebody asks for them: few handlers do, and without them 60,000 no-ops drain a tenth faster.
  #controller: AbortController | undefined
  #abandoned: AbortController | undefined
  #stopped: StopReason | undefined
  #cancelAlarm: Cancel | undefined
  #abandon: () => void = () => undefined
  #isAbandoned = false
  #ended = false
  #isFinished = false

  constructor(private readonly clock: Clock) {}

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

  /**
   * Aborts its signal; an attempt that still has not ended {@link ABANDON_AFTER_MS} later is abandoned.
   * Does nothing once it has ended.
   */
  stop(reason: StopReason): void {
    if (this.#stopped || this.#ended || (reason === 'lease' && this.#isFinished)) return
    this.#stopped = reason
    this.#cancelAlarm?.()
    this.#cancelAlarm = this.clock.after(ABANDON_AFTER_MS, () => {
      this.#isAbandoned = true
      this.#abandoned?.abort()
      this.#abandon()
    })
    this.#controller?.abort(whyStopped(reason))
  }

  /** Its job is done, or may be, although its handler still runs: that the job is no longer this worker's is no news then. */
  finish(): void {
    this.#isFinished = true
  }

  /** Runs `handler` to its end, or until it is abandoned; not at all if it was stopped before. Never rejects. */
  async run(handler: () => Promise<unknown>, timeoutMs: number): Promise<Ending> {
    if (this.#stopped) {
      this.#conclude()
      return { kind: 'threw', error: this.signal.reason }
    }
    const abandoned = new Promise<Ending>((resolve) => (this.#abandon = () => resolve({ kind: 'abandoned' })))
    this.#cancelAlarm = this.clock.after(timeoutMs, () => this.stop('timeout'))
    try {
      return await Promise.race([settle(handler), abandoned])
    } finally {
      this.#conclude()
    }
  }

  #conclude(): void {
    this.#ended = true
    this.#cancelAlarm?.()
  }
}

function whyStopped(reason: StopReason): JobsError {
  return new JobsError(
    `JOBS_STOPPED_BY_${reason.toUpperCase()}`,
    `The attempt was stopped: ${REASONS[reason]}.`,
  )
}

async function settle(handler: () => Promise<unknown>): Promise<Ending> {
  try {
    return { kind: 'returned', outcome: await handler() }
  } catch (error) {
    return { kind: 'threw', error }
  }
}
