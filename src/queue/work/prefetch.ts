/** No more is claimed ahead than these attempts take, all slots together. */
const AHEAD_MS = 50

/** An attempt that takes longer is none that it pays to claim ahead. */
const SHORT_MS = 5

/** So many short attempts in a row, and the next ones will be short as well. */
const IN_A_ROW = 100

const MOST = 1_000

/** Tells how many jobs beyond its free slots a worker may claim, from how long its attempts have taken. */
export class Prefetch {
  #inARow = 0
  #meanMs = 0

  /** @param mayClaimAhead not while a queue has a limit: what lies here would hold others up elsewhere */
  constructor(
    private readonly concurrency: number,
    private readonly mayClaimAhead: () => boolean,
  ) {}

  /** @param isLimited whether it counts against a limit: beside such jobs nothing is claimed ahead, they would hold others up */
  noteRun(tookMs: number, isLimited: boolean): void {
    this.#inARow = tookMs > SHORT_MS || isLimited ? 0 : this.#inARow + 1
    // The mean of about the last hundred.
    this.#meanMs += (tookMs - this.#meanMs) / Math.min(IN_A_ROW, Math.max(1, this.#inARow))
  }

  /** What was claimed ahead found no free slot: attempts take longer than they did. */
  noteStale(): void {
    this.#inARow = 0
  }

  get most(): number {
    if (this.#inARow < IN_A_ROW || !this.mayClaimAhead()) return 0
    return Math.min(MOST, Math.floor((AHEAD_MS / Math.max(this.#meanMs, 0.01)) * this.concurrency))
  }
}
