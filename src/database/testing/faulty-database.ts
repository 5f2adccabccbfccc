import type { Cancel } from '../../time/index.js'
import type { Database, Executor, QueryOptions, Transaction, TransactionOptions } from '../database.js'
import { DatabaseUnavailableError } from '../errors.js'
import type { Presence, PresenceOptions } from '../presence.js'

interface Fault {
  readonly when: RegExp
  readonly error: Error
  readonly after: boolean
}

interface Hold {
  readonly when: RegExp
  reached(): void
  readonly released: Promise<void>
}

/** A real database that fails, or keeps its answer back, on demand: to test what happens when the real one does. */
export class FaultyDatabase implements Database {
  readonly #faults: Fault[] = []
  readonly #holds: Hold[] = []
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(private readonly real: Database) {}

  get kind(): Database['kind'] {
    return this.real.kind
  }

  /**
   * The next statement that matches `when` (`/^\s*-- finish/`, `/^COMMIT$/`) rejects with `error` instead of running;
   * with `after`, it runs and only its answer is lost. By default the error says that the database is away.
   */
  failNext(
    when: RegExp,
    error: Error = new DatabaseUnavailableError('the test', new Error('connection reset')),
    { after = false } = {},
  ): void {
    this.#faults.push({ when, error, after })
  }

  /** The next statement that matches `when` has run, but its answer is kept back until `release` is called. */
  holdNext(when: RegExp): { reached: Promise<void>; release(): void } {
    let release = () => undefined as void
    const released = new Promise<void>((resolve) => (release = resolve))
    const reached = new Promise<void>((resolve) =>
      this.#holds.push({ when, released, reached: () => resolve() }),
    )
    return { reached, release: () => release() }
  }

  /** Whether every fault that was asked for has happened. */
  get hasFailedAsAsked(): boolean {
    return this.#faults.length === 0
  }

  /** Resolves once no call is under way and none follows from those that were. */
  async idle(): Promise<void> {
    do {
      await Promise.allSettled(this.#underWay)
      await new Promise(setImmediate)
    } while (this.#underWay.size > 0)
  }

  /** Faults are to meet duties in the background as well. */
  background(): Database {
    return this
  }

  query<Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]> {
    return this.#track(() => this.#faulty(this.real).query<Row>(sql, parameters, options))
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#track(async () => {
      const afterCommit: (() => void)[] = []
      const result = await this.real.transaction(async (tx) => {
        const result = await work({
          ...this.#faulty(tx),
          script: (sql) => tx.script(sql),
          afterCommit: (action) => afterCommit.push(action),
        })
        this.#failIfAsked('COMMIT', false)
        return result
      }, options)
      this.#failIfAsked('COMMIT', true)
      for (const action of afterCommit) action()
      return result
    })
  }

  refuseInside(call: string): void {
    this.real.refuseInside(call)
  }

  listen(channel: string, onNotify: (payload: string) => void): Promise<Cancel> {
    return this.#track(() => this.real.listen(channel, onNotify))
  }

  presence(options: PresenceOptions): Promise<Presence> {
    return this.real.presence(options)
  }

  close(): Promise<void> {
    return this.real.close()
  }

  #faulty(executor: Executor): Executor {
    return {
      query: async <Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions) => {
        this.#failIfAsked(sql, false)
        const rows = await executor.query<Row>(sql, parameters, options)
        await this.#holdIfAsked(sql)
        this.#failIfAsked(sql, true)
        return rows
      },
    }
  }

  #failIfAsked(sql: string, after: boolean): void {
    const index = this.#faults.findIndex((fault) => fault.after === after && fault.when.test(sql))
    if (index === -1) return
    const [fault] = this.#faults.splice(index, 1)
    if (fault) throw fault.error
  }

  async #holdIfAsked(sql: string): Promise<void> {
    const index = this.#holds.findIndex(({ when }) => when.test(sql))
    if (index === -1) return
    const [hold] = this.#holds.splice(index, 1)
    hold?.reached()
    await hold?.released
  }

  async #track<T>(call: () => Promise<T>): Promise<T> {
    const answer = call()
    this.#underWay.add(answer)
    try {
      return await answer
    } finally {
      this.#underWay.delete(answer)
    }
  }
}
