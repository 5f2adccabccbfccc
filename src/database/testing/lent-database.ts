import type { Cancel } from '../../time/index.js'
import type { Database, QueryOptions, Transaction } from '../database.js'
import { DatabaseClosedError } from '../errors.js'
import type { Presence, PresenceOptions } from '../presence.js'

/** An embedded database for as long as it is lent: after that whoever still has it is refused, as if it were closed. */
export class LentDatabase implements Database {
  readonly kind = 'embedded'
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #listening = new Set<Cancel>()
  #isOver = false

  constructor(private readonly real: Database) {}

  query<Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]> {
    return this.#track(() => this.real.query<Row>(sql, parameters, options))
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#track(() => this.real.transaction(work))
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<Cancel> {
    const cancel = await this.#track(() => this.real.listen(channel, onNotify))
    this.#listening.add(cancel)
    return cancel
  }

  refuseInside(call: string): void {
    this.real.refuseInside(call)
  }

  presence(options: PresenceOptions): Promise<Presence> {
    return this.real.presence(options)
  }

  background(): Database {
    return this
  }

  /** Resolves once nothing is under way; the real one stays open. */
  async close(): Promise<void> {
    this.#isOver = true
    await Promise.allSettled(this.#underWay)
    for (const cancel of this.#listening) cancel()
  }

  async #track<T>(call: () => Promise<T>): Promise<T> {
    if (this.#isOver) throw new DatabaseClosedError()
    const answer = call()
    this.#underWay.add(answer)
    try {
      return await answer
    } finally {
      this.#underWay.delete(answer)
    }
  }
}
