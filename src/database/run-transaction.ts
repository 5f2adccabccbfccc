import type { Executor, Transaction } from './database.js'

interface Session extends Executor {
  script(sql: string): Promise<void>
}

/** `begin`, `work`, then COMMIT or ROLLBACK on one session; resolves to the actions that wait for the commit. */
export async function runTransaction<T>(
  session: Session,
  work: (tx: Transaction) => Promise<T>,
  begin = 'BEGIN',
): Promise<{ result: T; afterCommit: readonly (() => void)[] }> {
  const afterCommit: (() => void)[] = []
  let failed = false
  const noting = async <Result>(statement: Promise<Result>): Promise<Result> => {
    try {
      return await statement
    } catch (error) {
      failed = true
      throw error
    }
  }
  const tx: Transaction = {
    query: (sql, parameters, options) => noting(session.query(sql, parameters, options)),
    script: (sql) => noting(session.script(sql)),
    afterCommit: (action) => afterCommit.push(action),
  }
  await session.script(begin)
  try {
    const result = await work(tx)
    // PostgreSQL answers COMMIT of a failed transaction with a silent rollback; any other statement it refuses.
    if (failed) await session.query('SELECT 1')
    await session.query('COMMIT')
    return { result, afterCommit }
  } catch (error) {
    // The reason why it failed matters more than a rollback that fails on a lost connection.
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
