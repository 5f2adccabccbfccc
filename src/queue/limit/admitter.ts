import type { Database } from '../../database/index.js'
import { toMs, type Cancel, type Clock } from '../../time/index.js'
import { Admission, PAGE } from './admission.js'
import { groupBy, nameOf, type Line } from './admit.js'
import type { Service } from '../duty/periodic.js'
import type { Registry } from '../registry.js'

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
  /** By definition, the line that was served last. */
  readonly #lastServed = new Map<string, string>()
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
    const lines = this.#inTurn(await this.#admission.listLines())
    let admitted = 0
    let untilRoomMs = Infinity
    for (let from = 0; from < lines.length;) {
      const page = lines.slice(from, from + PAGE.lines)
      const answer = await this.#admission.admit(page)
      if (answer.admitted > 0) this.options.onAdmitted()
      admitted += answer.admitted
      untilRoomMs = Math.min(untilRoomMs, answer.untilRoomMs)
      this.#noteServed(page, answer.served)
      if (!answer.hasMore) from += PAGE.lines
    }
    return { admitted, untilRoomMs }
  }

  /** Each definition's lines, beginning after the one that was served last: room that all share would else never get far. */
  #inTurn(lines: readonly Line[]): readonly Line[] {
    return [...groupBy(lines, nameOf)].flatMap(([name, group]) => {
      const last = this.#lastServed.get(name) ?? ''
      const inOrder = group.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
      const next = inOrder.findIndex((line) => idOf(line) > last) // the last one itself may be through
      return next === -1 ? inOrder : [...inOrder.slice(next), ...inOrder.slice(0, next)]
    })
  }

  #noteServed(page: readonly Line[], served: readonly Line[]): void {
    const all = new Set(served)
    for (const line of page) if (all.has(line)) this.#lastServed.set(nameOf(line), idOf(line))
  }

  /** The next round comes by itself; a rate that has room sooner is not kept waiting. */
  #wakeIn(ms: number): void {
    this.#alarm?.()
    this.#alarm = undefined
    if (this.#isActive && ms < toMs(this.every)) this.#alarm = this.options.clock.after(ms, () => this.wake())
  }
}

function idOf({ keys, tenantId }: Line): string {
  return JSON.stringify([keys, tenantId])
}
