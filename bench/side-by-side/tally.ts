/** Counts how often each job ran: lost and doubled ones fail their cell. */
export class Tally {
  readonly #runs: Uint8Array
  #handled = 0
  #distinct = 0
  #unknown: number | undefined

  /** @param count jobs are numbered from 0 to below it */
  constructor(readonly count: number) {
    this.#runs = new Uint8Array(count)
  }

  /** Runs in all. */
  get handled(): number {
    return this.#handled
  }

  /** Jobs that have run. */
  get distinct(): number {
    return this.#distinct
  }

  /** Whether every job has run. */
  get isWhole(): boolean {
    return this.#distinct === this.count
  }

  add(n: number): void {
    const before = this.#runs[n]
    if (before === undefined) this.#unknown ??= n
    if (before === undefined) return
    if (before === 0) this.#distinct += 1
    this.#runs[n] = Math.min(before + 1, 255)
    this.#handled += 1
  }

  /**
   * What is wrong; `undefined`: each job ran exactly once, but for those that still wait.
   * @param left how many wait; default none
   */
  faultOf({ left = 0 } = {}): string | undefined {
    if (this.#unknown !== undefined) return `a job with the number ${this.#unknown} ran, which nobody put in`
    const doubled = this.#runs.findIndex((runs) => runs > 1)
    if (doubled >= 0) return `job ${doubled} ran ${this.#runs[doubled]} times`
    const missing = this.count - this.#distinct - left
    if (missing === 0) return undefined
    if (missing < 0) return `${this.#distinct} of ${this.count} jobs ran, and ${left} still wait`
    return `${missing} of ${this.count} jobs were lost: they neither ran nor wait, job ${this.#runs.indexOf(0)} maybe`
  }
}

/** Jobs that are not where they have to be: such a cell has no figure, and the run fails. */
export class IncorrectError extends Error {
  override readonly name = 'IncorrectError'
}
