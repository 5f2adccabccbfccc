import type pg from 'pg'

import type { Transaction } from '../../../src/database/index.js'
import { foreignTransaction } from '../../../src/queue/index.js'

/** Does `work` in a transaction that is not the engine's, as a caller who uses another library does. */
export async function lendTransaction(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const client = await pool.connect()
  let broken: Error | undefined
  client.on('error', (error) => (broken = error))
  try {
    await client.query('BEGIN')
    const run = async (sql: string, values: readonly unknown[]) => (await client.query(sql, [...values])).rows
    await work(foreignTransaction(run as never))
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch((reason: Error) => (broken = reason))
    throw error
  } finally {
    client.removeAllListeners('error').release(broken)
  }
}
