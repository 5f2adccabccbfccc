import type { Database, Transaction } from './database.js'

/**
 * A database of which every call happens inside `tx`: what is built on it takes part in the caller's transaction without
 * knowing. Its own transactions are savepoints: one that fails leaves what was written before it.
 * @param database the one that `tx` is of, for what no transaction has: to listen, and to show that one lives
 */
export function joined(tx: Transaction, database: Database): Database {
  const inside: Database = {
    kind: database.kind,
    query: (sql, parameters, options) => tx.query(sql, parameters, options),
    transaction: (work) => inSavepoint(tx, work),
    refuseInside: (call) => database.refuseInside(call),
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    presence: (options) => database.presence(options),
    background: () => inside,
    // Whoever began the transaction ends it, and closes its database.
    close: async () => undefined,
  }
  return inside
}

async function inSavepoint<T>(tx: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const afterCommit: (() => void)[] = []
  await tx.script('SAVEPOINT joined')
  try {
    const result = await work({
      query: (sql, parameters, options) => tx.query(sql, parameters, options),
      script: (sql) => tx.script(sql),
      afterCommit: (action) => afterCommit.push(action),
    })
    await tx.script('RELEASE SAVEPOINT joined')
    for (const action of afterCommit) tx.afterCommit(action)
    return result
  } catch (error) {
    // The reason why it failed matters more than a rollback that fails on a lost connection.
    await tx.script('ROLLBACK TO SAVEPOINT joined').catch(() => undefined)
    throw error
  }
}
