import type { QueueWish } from '../store/claim.js'

/**
 * Deals a worker's free slots out to its queues: `weighted` gives each queue that has work its share by weight and lends
 * what others leave; `strict` empties a queue before it looks at the next.
 */
export type QueueOrder = 'weighted' | 'strict'

interface Line {
  readonly queue: string
  weight: number
  /** Jobs taken, each counted as 1 / weight: the queue with the least is next. */
  servedBy: number
  /** Whether it had all that was last asked of it, so that it probably has more. */
  isHungry: boolean
  cursor: string
}

/**
 * Start-time fair queueing (Goyal, Vin and Cheng, 1996): every queue's service is measured in jobs per weight, and a queue
 * that was empty begins again where the busy ones are, so that it can neither save up turns nor starve.
 */
export class FairShares {
  readonly #lines: Line[]

  constructor(
    weights: ReadonlyMap<string, number>,
    private readonly order: QueueOrder,
  ) {
    this.#lines = [...weights].map(([queue, weight]) => ({
      ...{ queue, weight },
      ...{ servedBy: 0, isHungry: false, cursor: '' },
    }))
    this.#lines.sort(heaviestFirst)
  }

  /** Deals by other weights from now on; what was served by then counts as it did. */
  reweigh(weights: ReadonlyMap<string, number>): void {
    for (const line of this.#lines) line.weight = weights.get(line.queue) ?? line.weight
    this.#lines.sort(heaviestFirst)
  }

  /** What to ask of each queue, the first in turn first. Quotas may add up to more than `free`: the claim stops there. */
  plan(free: number): readonly QueueWish[] {
    if (this.order === 'strict')
      return this.#lines.map(({ queue, cursor }) => ({ queue, cursor, quota: free }))
    const quotas = deal(free, this.#lines)
    return [...this.#lines]
      .sort((a, b) => a.servedBy + 1 / a.weight - (b.servedBy + 1 / b.weight))
      .map((line) => ({ queue: line.queue, cursor: line.cursor, quota: quotas.get(line) ?? 0 }))
      .filter(({ quota }) => quota > 0)
  }

  /**
   * Takes note of what a claim of `plan` got.
   * @returns whether another claim at once may get more
   */
  record(
    plan: readonly QueueWish[],
    free: number,
    got: readonly { queue: string; tenantId: string; endsRound: boolean }[],
  ): boolean {
    const taken = new Map<string, number>()
    for (const { queue, tenantId, endsRound } of got) {
      taken.set(queue, (taken.get(queue) ?? 0) + 1)
      if (endsRound) this.#line(queue).cursor = tenantId
    }
    // A claim that found enough did not look at the queues after the last it took from.
    const lookedAt =
      got.length < free
        ? plan.length
        : 1 + Math.max(...plan.map(({ queue }, i) => (taken.has(queue) ? i : 0)))
    for (const { queue, quota } of plan.slice(0, lookedAt)) {
      const line = this.#line(queue)
      const count = taken.get(queue) ?? 0
      line.servedBy += count / line.weight
      line.isHungry = count > 0 && (count >= quota || got.length >= free)
    }
    this.#catchUp(plan.slice(0, lookedAt).map(({ queue }) => this.#line(queue)))
    return plan.some(({ queue }) => this.#line(queue).isHungry)
  }

  /** A queue that was found without work does not save up turns meanwhile; where all were, nobody is ahead of another. */
  #catchUp(lookedAt: readonly Line[]): void {
    const hungry = this.#lines.filter(({ isHungry }) => isHungry)
    if (hungry.length === 0) {
      for (const line of this.#lines) line.servedBy = 0
      return
    }
    const slowest = Math.min(...hungry.map(({ servedBy }) => servedBy))
    for (const line of lookedAt) if (!line.isHungry) line.servedBy = Math.max(line.servedBy, slowest)
  }

  #line(queue: string): Line {
    return this.#lines.find((line) => line.queue === queue) as Line
  }
}

function heaviestFirst(a: Line, b: Line): number {
  return b.weight - a.weight
}

/** All of `free` goes to the hungry lines, slot by slot to the least served; the others are asked for what would be theirs. */
function deal(free: number, lines: readonly Line[]): ReadonlyMap<Line, number> {
  const all = lines.reduce((sum, { weight }) => sum + weight, 0)
  const quotas = new Map<Line, number>()
  for (const line of lines)
    if (!line.isHungry) quotas.set(line, Math.max(1, Math.round((free * line.weight) / all)))
  const hungry = lines
    .filter(({ isHungry }) => isHungry)
    .map((line) => ({ line, next: line.servedBy + 1 / line.weight }))
  for (let slot = 0; slot < free && hungry.length > 0; slot++) {
    const least = hungry.reduce((a, b) => (b.next < a.next ? b : a))
    quotas.set(least.line, (quotas.get(least.line) ?? 0) + 1)
    least.next += 1 / least.line.weight
  }
  return quotas
}
