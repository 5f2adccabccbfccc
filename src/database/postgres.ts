import net from 'node:net'

import pg from 'pg'

import { endsWithin, systemClock, toMs, type Cancel, type Duration } from '../time/index.js'
import type { Database, Pace, QueryOptions, Transaction, TransactionOptions } from './database.js'
import {
  DatabaseClosedError,
  DatabaseRefusedError,
  DatabaseUnavailableError,
  isRefused,
  isUnavailable,
} from './errors.js'
import { Listener } from './postgres-listener.js'
import { PostgresPresence } from './postgres-presence.js'
import { Session } from './postgres-session.js'
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
  /** Whether every call is prompt, not only those that ask for it. Default `false`. */
  prompt?: boolean
  /**
   * Whether the server ends a transaction of which it hears nothing for the time of the patience: one whose connection was
   * cut off would keep its locks for hours. Default `false`, but for prompt ones: others may take their time.
   */
  abandonsIdle?: boolean
  /**
   * How long the server may take for a prompt statement before it is given up, its connection thrown away, and the call
   * rejects as unavailable. Default `'10s'`. To close takes no longer either.
   */
  patience?: Duration
}

/** For the engine's own statements, of each pace: two may put jobs in, one claims, two record ends, one is for duties. */
const BACKGROUND_CONNECTIONS = 6

/** How long a call waits for a connection, a new one included, before it rejects. */
const CONNECT_TIMEOUT_MS = 5_000

/** After so much silence the other side is asked whether it is still there: a dead connection is found out in 20 s. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 }

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
  readonly #prompt: boolean
  readonly #abandonsIdle: boolean
  readonly #patienceMs: number
  readonly #sockets = new Set<net.Socket>()
  readonly #idle = new Set<pg.PoolClient>()
  readonly #presences = new Set<Presence>()
  readonly #background = new Map<Pace, PostgresDatabase>()
  #closed: Promise<void> | undefined

  constructor(options: PostgresOptions) {
    const { url, maxConnections = 10, plansOnce = false, prompt = false, patience = '10s' } = options
    this.#abandonsIdle = options.abandonsIdle ?? false
    this.#url = url
    this.#prompt = prompt
    this.#patienceMs = toMs(patience)
    this.#where = withoutPassword(url)
    this.#pool = new pg.Pool({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: this.#connectWithinMs,
      ...KEEP_ALIVE,
      stream: () => this.#makeSocket(),
      onConnect: async (client) => {
        const settings = [WITHOUT_JIT, NOTICE_SILENCE, plansOnce ? PLAN_ONCE : PLAN_ANEW].join('; ')
        const session = new Session(client, this.#connectWithinMs)
        await session.script(settings).finally(() => session.end())
      },
    })
    // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined)
    this.#pool.on('acquire', (client) => this.#idle.delete(client))
    this.#pool.on('release', (_, client) => this.#idle.add(client))
    this.#pool.on('remove', (client) => this.#idle.delete(client))
    this.#listener = new Listener(url, this.#connectWithinMs)
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = [], options?: QueryOptions): Promise<Row[]> {
    this.#scope.refuseInside('query')
    return this.#lend(options, (session) => session.query(sql, parameters, options))
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    this.#scope.refuseInside('transaction')
    const { result, afterCommit } = await this.#lend(options, (session) =>
      this.#scope.run(() => runTransaction(session, work, this.#begin(options))),
    )
    for (const action of afterCommit) action()
    return result
  }

  #begin({ prompt = this.#prompt }: TransactionOptions = {}): string {
    if (!prompt && !this.#abandonsIdle) return 'BEGIN'
    return `BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${this.#patienceMs}`
  }

  refuseInside(call: string): void {
    this.#scope.refuseInside(call)
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<Cancel> {
    this.#scope.refuseInside('listen')
    return this.#reachable(() => this.#listener.listen(channel, onNotify))
  }

  async presence(options: PresenceOptions): Promise<Presence> {
    const presence = await PostgresPresence.begin(this.#url, this.#connectWithinMs, options)
    this.#presences.add(presence)
    return presence
  }

  background(pace: Pace = 'prompt'): Database {
    const prompt = pace === 'prompt'
    const known = this.#background.get(pace)
    if (known) return known
    const database = new PostgresDatabase({
      url: this.#url,
      maxConnections: BACKGROUND_CONNECTIONS,
      plansOnce: prompt,
      prompt,
      abandonsIdle: true,
      patience: `${this.#patienceMs}ms`,
    })
    this.#background.set(pace, database)
    return database
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([
      ...[...this.#presences].map((presence) => presence.end()),
      ...[...this.#background.values()].map((database) => database.close()),
      this.#listener.close(),
      this.#endPool(),
    ]).then(() => undefined)
    return this.#closed
  }

  get #connectWithinMs(): number {
    return Math.min(CONNECT_TIMEOUT_MS, this.#patienceMs)
  }

  async #lend<T>(
    { prompt = this.#prompt }: TransactionOptions = {},
    use: (session: Session) => Promise<T>,
  ): Promise<T> {
    return this.#reachable(async () => {
      const client = await this.#connect()
      const session = new Session(client, prompt ? this.#patienceMs : undefined)
      return use(session).finally(() => {
        const broken = session.end()
        client.release(broken)
        if (broken) this.#dropIdle()
      })
    })
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#closed) throw new DatabaseClosedError()
    for (;;) {
      const client = await this.#pool.connect()
      if (!socketOf(client).destroyed) return client
      client.release(true) // it was dropped a moment ago, and the pool has not heard of it yet
    }
  }

  /** Where one connection broke, those beside it are likely to be dead as well: each would cost a caller its patience. */
  #dropIdle(): void {
    for (const client of this.#idle) socketOf(client).destroy()
  }

  #makeSocket(): net.Socket {
    const socket = new net.Socket()
    this.#sockets.add(socket.on('close', () => this.#sockets.delete(socket)))
    return socket
  }

  async #endPool(): Promise<void> {
    const inTime = await endsWithin(this.#patienceMs, this.#pool.end(), systemClock)
    // A server that is silent answers no goodbye either, and nobody waits for that.
    for (const socket of this.#sockets) {
      if (inTime) socket.unref()
      else socket.destroy()
    }
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

/** To compile a statement takes longer than any of these runs: a search took 154 ms instead of 983. */
const WITHOUT_JIT = 'SET jit = off'

/** The server asks as well: a client whose host is cut off would keep its transaction, and the locks in it, for hours. */
const NOTICE_SILENCE =
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2'

/**
 * What is planned once may be planned while a table is empty, when to read all of it looks cheap. A claim that did so went
 * on comparing each row with each job it took: 7,500 jobs/s instead of 17,000, put in and run at the same time.
 */
const PLAN_ONCE = 'SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off'

/** For the same reason: to end a job in a transaction took 67 ms beside 100,000, and not 3. */
const PLAN_ANEW = 'SET plan_cache_mode = force_custom_plan'

function socketOf(client: pg.PoolClient): net.Socket {
  return (client as unknown as pg.Client).connection.stream as net.Socket
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the given address'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
