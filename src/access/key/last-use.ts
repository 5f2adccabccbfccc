import type { Executor } from '../../database/index.js'
import { systemClock, type Cancel, type Clock } from '../../time/index.js'
import { updateLastUsed } from '../store/api-keys.js'

/** How long uses are gathered before they are written. */
const GATHERED_FOR_MS = 60_000

/** Keeps when keys were last used: once a minute, for all of them in one statement, in nobody's request. */
export class LastUse {
  readonly #uses = new Map<string, Date>()
  #cancel: Cancel | undefined

  constructor(
    private readonly db: Executor,
    private readonly onError: (error: unknown, where: string) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  note(keyId: string): void {
    this.#uses.set(keyId, this.clock.now())
    this.#cancel ??= this.clock.after(GATHERED_FOR_MS, () => void this.flush())
  }

  /** Writes what was gathered. What cannot be written is told and lost: the next use comes. */
  async flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const uses = new Map(this.#uses)
    this.#uses.clear()
    if (uses.size === 0) return
    await updateLastUsed(this.db, uses).catch((error: unknown) => this.onError(error, 'last use of API keys'))
  }
}
