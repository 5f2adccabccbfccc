import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { DrainRate } from './drain-rate.js'
import type { EndedEvent } from '../engine-signals.js'
import type { Service } from './periodic.js'
import { saveRates } from '../store/queue-rate.js'

/** Measures how many attempts of each queue end in this process, so that it can be told when a job's turn will come. */
export class RateMeter implements Service {
  readonly name = 'measure rates'
  readonly every = '5s'
  readonly #ended = new Map<string, number>()
  readonly #rates = new Map<string, DrainRate>()
  #lastMs: number

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly workerId: string,
    private readonly running: () => readonly { queue: string }[],
  ) {
    this.#lastMs = clock.monotonicMs()
  }

  /** An attempt ended. One that gave its job back, or lost it, drained nothing: the job is still to be run. */
  count(queue: string, ended: EndedEvent['ended']): void {
    if (ended === 'released' || ended === 'lost') return
    this.#ended.set(queue, (this.#ended.get(queue) ?? 0) + 1)
  }

  /** A queue that does nothing here keeps its rate and costs no statement: how fast it drains shows only while it does. */
  async runOnce(): Promise<{ measured: number }> {
    const elapsedMs = this.clock.monotonicMs() - this.#lastMs
    if (elapsedMs < 1) return { measured: 0 }
    this.#lastMs += elapsedMs
    const active = new Set([...this.#ended.keys(), ...this.running().map(({ queue }) => queue)])
    const measured = [...active].map((queue) => {
      const rate = this.#rates.get(queue) ?? new DrainRate()
      this.#rates.set(queue, rate)
      rate.add(this.#ended.get(queue) ?? 0, elapsedMs)
      return { queue, perSecond: rate.perSecond }
    })
    this.#ended.clear()
    if (measured.length > 0)
      await saveRates(this.database, this.workerId, measured, this.clock.statementTime())
    return { measured: measured.length }
  }
}
