import { DatabaseClosedError, type Database } from '../../database/index.js'
import type { Cancel, Clock } from '../../time/index.js'
import { CHANNEL, ring } from '../store/ring.js'

/** Notifications of one process are at least this far apart: each takes a lock that all commits share. */
const AT_MOST_EVERY_MS = 5

/** Tells every process on the same database, this one first, that there may be new work. */
export class Ringer {
  /** Cancels the end of the silence after a ring. */
  #quiet: Cancel | undefined
  #isDue = false
  #leave: Cancel | undefined

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly wake: () => void,
    private readonly onError: (error: unknown, where: string) => void,
  ) {}

  async start(): Promise<void> {
    if (this.database.kind === 'server') this.#leave = await this.database.listen(CHANNEL, this.wake)
  }

  stop(): void {
    this.#leave?.()
    this.#quiet?.()
    this.#quiet = undefined // it may start again
    this.#isDue = false
  }

  /** The first ring of some time is heard at once, those that follow it together. */
  ring(): void {
    this.wake()
    if (this.database.kind === 'embedded') return // nobody else can be listening
    if (this.#quiet) this.#isDue = true
    else this.#ringOut()
  }

  #ringOut(): void {
    this.#isDue = false
    this.#quiet = this.clock.after(AT_MOST_EVERY_MS, () => {
      this.#quiet = undefined
      if (this.#isDue) this.#ringOut()
    })
    // Their next poll finds the work all the same.
    ring(this.database).catch((error: unknown) => {
      if (!(error instanceof DatabaseClosedError)) this.onError(error, 'ring')
    })
  }
}
