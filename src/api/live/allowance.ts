import type { Clock } from '../../time/index.js'

/** How many messages a client may send: so many at once, and so many a second in the long run. */
export class Allowance {
  #left: number
  #lastMs: number

  constructor(
    private readonly atOnce: number,
    private readonly perSecond: number,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.#left = atOnce
    this.#lastMs = clock.monotonicMs()
  }

  /** Whether there is one left. */
  take(): boolean {
    const nowMs = this.clock.monotonicMs()
    this.#left = Math.min(this.atOnce, this.#left + ((nowMs - this.#lastMs) / 1_000) * this.perSecond)
    this.#lastMs = nowMs
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
