import type { Cancel } from '../time/index.js'
import type { Presence, PresenceOptions } from './presence.js'

/** Runs single statements with numbered parameters (`$1`). */
export interface Executor {
  /**
   * Parameters are strings, numbers, booleans, dates, `null` or arrays of those; JSON is passed as text and cast.
   * Rows hold what both drivers agree on: cast `bigint`, `numeric`, `date` and `uuid` in the statement.
   * With `prepared`, the statement and its plan are kept for the next call: for constant texts that run all the time and
   * find their rows by the same index whatever the values.
   */
  query<Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]>
}

export interface TransactionOptions {
  /**
   * For what nobody can wait for: on a server that does not answer a statement in time, within 10 s, the call rejects as
   * unavailable. Whether the statement took effect is then unknown. Default: what runs in the background is prompt.
   */
  prompt?: boolean
}

export interface QueryOptions extends TransactionOptions {
  prepared?: boolean
}

/** Of duties in the background: those that must not wait, and those that may take long, such as upkeep. */
export type Pace = 'prompt' | 'unhurried'

export interface Transaction extends Executor {
  /** Runs a script of many statements without parameters. */
  script(sql: string): Promise<void>
  /** Calls `action` once the transaction has committed; never if it rolls back. Must not throw. */
  afterCommit(action: () => void): void
}

/** PostgreSQL, embedded or on a server. */
export interface Database extends Executor {
  /** An embedded database has one connection: its transactions wait for one another. */
  readonly kind: 'embedded' | 'server'
  /**
   * Commits when `work` resolves, rolls back when it rejects.
   * @throws {NestedCallError} DATABASE_NESTED when called inside another transaction of this database.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * For calls that reach the database later, or together with those of others, and so out of a transaction's sight.
   * @throws {NestedCallError} DATABASE_NESTED when called inside a transaction of this database.
   */
  refuseInside(call: string): void
  /** Calls `onNotify` for each NOTIFY on `channel` from now on, from any process. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<Cancel>
  /**
   * Shows others that this process lives: on a server by a lock that is free as soon as it does not, and by beats, from a
   * thread of its own. Nobody else can look at an embedded database, so there it does nothing.
   */
  presence(options: PresenceOptions): Promise<Presence>
  /**
   * The same database over a few connections of its own, closed with this one: duties that must not wait, such as
   * heartbeats, do not stand in line behind callers that hold every other connection. Each pace has its own. Default
   * `'prompt'`: what a server takes longer than 10 s for is given up.
   */
  background(pace?: Pace): Database
  /**
   * Waits for what is under way, on a server for 10 s at most, then lets go of every resource. Calling it again does nothing.
   */
  close(): Promise<void>
}
