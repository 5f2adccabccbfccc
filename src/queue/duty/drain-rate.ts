/** What counts for the rate falls to a third of its weight after this long. */
const MEMORY_MS = 30_000

/**
 * How fast something happens, the last 30 seconds or so counting most. A young rate is as true as an old one: it is
 * divided by the weight of what it has seen.
 */
export class DrainRate {
  #average = 0
  #weight = 0

  /** `count` of them happened during the last `elapsedMs`. */
  add(count: number, elapsedMs: number): void {
    const share = 1 - Math.exp(-elapsedMs / MEMORY_MS)
    this.#average += (count / elapsedMs - this.#average) * share
    this.#weight += (1 - this.#weight) * share
  }

  get perSecond(): number {
    return this.#weight === 0 ? 0 : (1_000 * this.#average) / this.#weight
  }
}
