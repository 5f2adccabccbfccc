import type { AttemptRun } from '../attempt/attempt-run.js'
import type { Verdict } from '../attempt/classify.js'
import type { AttemptListener } from '../attempt/execution.js'
import type { Recorded } from '../attempt/record.js'
import type { AttemptKey } from './by-attempt.js'

/** What a worker hears of the jobs it has. */
export interface Told {
  through(running: Running, runMs: number): void
  recorded(running: Running, how: Recorded, verdict: Verdict): void
  failed(running: Running, error: unknown): void
}

/** A claimed job, from its claim until its end is written down. */
export class Running implements AttemptListener, AttemptKey {
  /** Whether it really ran: else it is only given back, which tells nothing about how long attempts take. */
  begins = false
  #isThrough = false

  constructor(
    readonly run: AttemptRun,
    readonly claimedMs: number,
    private readonly told: Told,
  ) {}

  get id(): string {
    return this.run.job.id
  }

  get fence(): string {
    return this.run.job.fence
  }

  begin(): void {
    this.begins = !this.run.stopped
  }

  through(runMs: number): void {
    if (this.#isThrough) return
    this.#isThrough = true
    this.told.through(this, runMs)
  }

  recorded(how: Recorded, verdict: Verdict): void {
    this.told.recorded(this, how, verdict)
  }

  failed(error: unknown): void {
    this.through(0)
    this.told.failed(this, error)
  }
}
