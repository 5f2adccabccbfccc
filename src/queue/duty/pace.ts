import type { Clock } from '../../time/index.js'

/** A look that found nothing is not repeated before so many times as long as it took has gone by. */
const REST_TIMES = 20

/** Keeps a look that takes long and mostly finds nothing to a twentieth of the time. */
export class Pace {
  #notBeforeMs = -Infinity
  #resets = 0

  constructor(private readonly clock: Clock) {}

  /** Does `look`, which resolves to how much it found, unless it is too early: that counts as nothing. */
  async keep(look: () => Promise<number>): Promise<number> {
    const sinceMs = this.clock.monotonicMs()
    if (sinceMs < this.#notBeforeMs) return 0
    const resets = this.#resets
    const found = await look()
    const nowMs = this.clock.monotonicMs()
    if (found === 0 && resets === this.#resets) this.#notBeforeMs = nowMs + REST_TIMES * (nowMs - sinceMs)
    return found
  }

  /** There is something to find, which a look that is under way may miss: the next one is not too early. */
  reset(): void {
    this.#resets += 1
    this.#notBeforeMs = -Infinity
  }
}
