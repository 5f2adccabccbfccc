import type { Database, QueryOptions, Transaction } from '../src/database/index.js'

/** A database that remembers how long its longest transaction took: for so long an embedded one serves nobody else. */
export class TimedDatabase implements Database {
  longestMs = 0

  constructor(private readonly database: Database) {}

  get kind(): Database['kind'] {
    return this.database.kind
  }

  background(): Database {
    return this.database.background()
  }

  query<Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]> {
    return this.database.query(sql, parameters, options)
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      const startedMs = performance.now()
      try {
        return await work(tx)
      } finally {
        this.longestMs = Math.max(this.longestMs, performance.now() - startedMs)
      }
    })
  }

  listen: Database['listen'] = (channel, onNotify) => this.database.listen(channel, onNotify)

  refuseInside(call: string): void {
    this.database.refuseInside(call)
  }

  presence: Database['presence'] = (options) => this.database.presence(options)

  close(): Promise<void> {
    return this.database.close()
  }
}
