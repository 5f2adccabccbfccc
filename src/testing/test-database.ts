import {
  DatabaseError,
  type Database,
  type EmbeddedDatabase,
  type Presence,
  type Transaction,
} from '../database/index.js'
import type { Cancel } from '../time/index.js'

/** A database in memory that knows whether anything is under way, and lets no job start while the test engine rests. */
export class TestDatabase implements Database {
  readonly kind = 'embedded'
  /** Whether a worker finds jobs to run. */
  isResting = true
  /** Counts calls: whoever saw it change knows that something may have. */
  calls = 0
  readonly #underWay = new Set<Promise<unknown>>()
  #isClosed = false

  constructor(private readonly real: EmbeddedDatabase) {}

  get isIdle(): boolean {
    return this.#underWay.size === 0
  }

  /** Resolves once no call is under way and all that awaited one has gone on. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    await new Promise(setImmediate)
  }

  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    if (this.isResting && /^\s*-- claim:/.test(sql)) return Promise.resolve([])
    const startsSome = /^\s*-- insert jobs, some as running: \$22/.test(sql)
    const given = this.isResting && startsSome ? parameters?.with(21, null) : parameters
    return this.#track(() => this.real.query<Row>(sql, given))
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#track(() => this.real.transaction(work))
  }

  listen(channel: string, onNotify: (payload: string) => void): Promise<Cancel> {
    return this.#track(() => this.real.listen(channel, onNotify))
  }

  refuseInside(call: string): void {
    this.real.refuseInside(call)
  }

  presence(): Promise<Presence> {
    return this.real.presence()
  }

  background(): Database {
    return this
  }

  /** Others may go on using the real one. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    this.#isClosed = true
  }

  async #track<T>(call: () => Promise<T>): Promise<T> {
    if (this.#isClosed)
      throw new DatabaseError('DATABASE_CLOSED', 'The test engine of this database is closed.', false)
    this.calls += 1
    const answer = call()
    this.#underWay.add(answer)
    try {
      return await answer
    } finally {
      this.#underWay.delete(answer)
    }
  }
}
