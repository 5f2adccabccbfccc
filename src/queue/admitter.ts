import type { Database } from '../database/index.js'
import { toMs, type Cancel, type Clock } from '../time/index.js'
import { Admission } from './admission.js'
import type { Service } from './periodic.js'
import type { Registry } from './registry.js'
import type { Position } from './store/lines.js'

export interface AdmitterOptions {
  database: Database
  registry: Registry<never>
  clock: Clock
  /** Called after the commit, when jobs were let in. */
  onAdmitted: () => void
  onError: (error: unknown, where: string) => void
}

/**
 * Lets held jobs in as soon as their limits have room: when jobs come or end in this process, when a rate lets the next one
 * in, and at every round, which finds what other processes and transactions did.
 */
export class Admitter implements Service {
  readonly name = 'admit'
  readonly every = '200ms'
  readonly #admission: Admission
  #isActive = false
  #isAskedAgain = false
  #round: Promise<{ admitted: number }> | undefined
  #alarm: Cancel | undefined

  constructor(private readonly options: AdmitterOptions) {
    this.#admission = new Admission(options.database, options.registry, options.clock)
  }

  /** From now on it heeds {@link wake}. */
  start(): void {
    this.#isActive = true
  }

  /** There may be room, or more to let in. */
  wake(): void {
    if (this.#isActive) this.runOnce().catch((error: unknown) => this.options.onError(error, this.name))
  }

  async stop(): Promise<void> {
    this.#isActive = false
    this.#alarm?.()
    await this.#round?.catch(() => undefined) // whoever asked for it has heard
  }

  /** Goes round all lines. Calls that come meanwhile make for one more round together. */
  runOnce(): Promise<{ admitted: number }> {
    if (this.#round) this.#isAskedAgain = true
    return (this.#round ??= this.#run())
  }

  async #run(): Promise<{ admitted: number }> {
    let admitted = 0
    let untilRoomMs: number
    try {
      do {
        this.#isAskedAgain = false
        const round = await this.#goRound()
        admitted += round.admitted
        untilRoomMs = round.untilRoomMs
      } while (this.#isAskedAgain)
    } finally {
      this.#round = undefined
    }
    this.#wakeIn(untilRoomMs)
    return { admitted }
  }

  async #goRound(): Promise<{ admitted: number; untilRoomMs: number }> {
    const { onAdmitted } = this.options
    let admitted = 0
    let untilRoomMs = Infinity
    let after: Position | undefined
    for (let isThrough = false; !isThrough;) {
      const page = await this.#admission.admitPage(after)
      if (page.admitted > 0) onAdmitted()
      admitted += page.admitted
      untilRoomMs = Math.min(untilRoomMs, page.untilRoomMs)
      if (!page.hasMore) after = page.next
      isThrough = !page.hasMore && page.next === undefined
    }
    return { admitted, untilRoomMs }
  }

  /** The next round comes by itself; a rate that has room sooner is not kept waiting. */
  #wakeIn(ms: number): void {
    this.#alarm?.()
    this.#alarm = undefined
    if (this.#isActive && ms < toMs(this.every)) this.#alarm = this.options.clock.after(ms, () => this.wake())
  }
}
