import pg from 'pg'

import type { Cancel } from '../time/index.js'
import type { Database, Executor, QueryOptions, Transaction } from './database.js'
import { DatabaseRefusedError, DatabaseUnavailableError, isRefused, isUnavailable } from './errors.js'
import { Listener } from './postgres-listener.js'
import { PostgresPresence } from './postgres-presence.js'
import type { Presence, PresenceOptions } from './presence.js'
import { runTransaction } from './run-transaction.js'
import { TransactionScope } from './transaction-scope.js'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  url: string
  /** Most connections held at a time, the listening one not counted. Default 10. */
  maxConnections?: number
  /**
   * Whether statements are planned once and not anew for the values of each call. For callers whose statements find
   * their rows by the same index whatever the values: planning a claim takes a quarter of its time. Default `false`.
   */
  plansOnce?: boolean
}

/** For duties in the background: most are one statement, one after the other. */
const BACKGROUND_CONNECTIONS = 4

/** How long a call waits for a connection, a new one included, before it rejects. */
const CONNECT_TIMEOUT_MS = 5_000

/**
 * A PostgreSQL server. Calls reject with {@link DatabaseUnavailableError} while it is away and work again once it is
 * back; listening resumes by itself.
 */
export class PostgresDatabase implements Database {
  readonly kind = 'server'
  readonly #pool: pg.Pool
  readonly #listener: Listener
  readonly #scope = new TransactionScope()
  readonly #where: string
  readonly #url: string
  readonly #presences = new Set<Presence>()
  #background: PostgresDatabase | undefined
  #closed: Promise<void> | undefined

  constructor({ url, maxConnections = 10, plansOnce = false }: PostgresOptions) {
    this.#url = url
    this.#where = withoutPassword(url)
    this.#pool = new pg.Pool({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      onConnect: async (client) => {
        await client.query(plansOnce ? `${WITHOUT_JIT}; ${PLAN_ONCE}` : WITHOUT_JIT)
      },
    })
    // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined)
    this.#listener = new Listener(url)
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = [], options?: QueryOptions): Promise<Row[]> {
    this.#scope.refuseInside('query')
    return this.#reachable(
      async () => (await this.#pool.query(toQuery(sql, parameters, options))).rows as Row[],
    )
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#scope.refuseInside('transaction')
    const client = await this.#reachable(() => this.#pool.connect())
    const lent = new LentClient(client)
    try {
      const { result, afterCommit } = await this.#reachable(() =>
        this.#scope.run(() => runTransaction(sessionOf(client), work)),
      )
      for (const action of afterCommit) action()
      return result
    } finally {
      lent.release()
    }
  }

  refuseInside(call: string): void {
    this.#scope.refuseInside(call)
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<Cancel> {
    this.#scope.refuseInside('listen')
    return this.#reachable(() => this.#listener.listen(channel, onNotify))
  }

  async presence(options: PresenceOptions): Promise<Presence> {
    const presence = await PostgresPresence.begin(this.#url, options)
    this.#presences.add(presence)
    return presence
  }

  background(): Database {
    this.#background ??= new PostgresDatabase({
      url: this.#url,
      maxConnections: BACKGROUND_CONNECTIONS,
      plansOnce: true,
    })
    return this.#background
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([
      ...[...this.#presences].map((presence) => presence.end()),
      this.#background?.close(),
      this.#listener.close(),
      this.#pool.end(),
    ]).then(() => undefined)
    return this.#closed
  }

  async #reachable<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (isUnavailable(error)) throw new DatabaseUnavailableError(this.#where, error)
      throw isRefused(error) ? new DatabaseRefusedError(this.#where, error) : error
    }
  }
}

function sessionOf(client: pg.PoolClient): Executor & { script(sql: string): Promise<void> } {
  return {
    query: async <Row>(sql: string, parameters: readonly unknown[] = [], options?: QueryOptions) =>
      (await client.query(toQuery(sql, parameters, options))).rows as Row[],
    script: async (sql) => {
      await client.query(sql)
    },
  }
}

/** To compile a statement takes longer than any of these runs: a search took 154 ms instead of 983. */
const WITHOUT_JIT = 'SET jit = off'

const PLAN_ONCE = 'SET plan_cache_mode = force_generic_plan'

/** The names of prepared statements: each connection prepares a text once, under the same name. */
const names = new Map<string, string>()

function toQuery(
  text: string,
  values: readonly unknown[],
  { prepared = false }: QueryOptions = {},
): pg.QueryConfig {
  if (!prepared) return { text, values: [...values] }
  const name = names.get(text) ?? `linehaul_${names.size + 1}`
  names.set(text, name)
  return { name, text, values: [...values] }
}

/** Gives a client back to its pool, or throws it away if its connection broke while it was lent. */
class LentClient {
  #error: Error | undefined
  readonly #remember = (error: Error): void => {
    this.#error = error
  }

  constructor(private readonly client: pg.PoolClient) {
    client.on('error', this.#remember)
  }

  release(): void {
    this.client.off('error', this.#remember)
    this.client.release(this.#error)
  }
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the given address'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
