import { PGlite } from '@electric-sql/pglite'

import type { Database, Transaction } from '../src/database/index.js'

/** PGlite as it comes, on the thread that calls it: what the embedded driver is compared with. */
export async function openOnMainThread(folder: string): Promise<Database> {
  const pglite = await PGlite.create(folder)
  const database: Database = {
    kind: 'embedded',
    background: () => database,
    refuseInside: () => undefined, // nobody nests calls here
    presence: async () => ({ isShown: false, end: async () => undefined }),
    query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      (await pglite.query<Row>(sql, [...parameters])).rows,
    transaction: (work) =>
      pglite.transaction((inner) => {
        const tx: Transaction = {
          query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
            (await inner.query<Row>(sql, [...parameters])).rows,
          script: async (sql) => {
            await inner.exec(sql)
          },
          afterCommit: () => undefined, // nobody waits for a commit here
        }
        return work(tx)
      }) as never,
    listen: async (channel, onNotify) => {
      const leave = await pglite.listen(channel, onNotify)
      return () => void leave()
    },
    close: () => pglite.close(),
  }
  return database
}
