import type { Transaction } from '../../database/index.js'
import { ring } from '../store/ring.js'

export interface ForeignTransactionOptions {
  /**
   * Whether workers are told at the commit instead of finding the job at their next look, within 200 ms. A NOTIFY takes a
   * lock that all commits of the server share, so only where every millisecond counts. Default `false`.
   */
  notify?: boolean
}

/** Runs a statement with numbered parameters (`$1`) inside the transaction. @returns its rows */
export type RunStatement = (sql: string, parameters: unknown[]) => Promise<readonly unknown[]>

/**
 * A transaction that another library has begun, on the database of the engine, as the `tx` of an enqueue or a finish:
 * `foreignTransaction(async (sql, values) => (await client.query(sql, values)).rows)` for a client of `pg`.
 * Whoever began it ends it.
 */
export function foreignTransaction(
  run: RunStatement,
  { notify = false }: ForeignTransactionOptions = {},
): Transaction {
  return new ForeignTransaction(run, notify)
}

class ForeignTransaction implements Transaction {
  #hasRung = false

  constructor(
    private readonly run: RunStatement,
    private readonly notify: boolean,
  ) {}

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return [...(await this.run(sql, [...parameters]))] as Row[]
  }

  async script(sql: string): Promise<void> {
    await this.run(sql, [])
  }

  /** Nobody says here when it commits: what follows is done by the duties that look for it. */
  afterCommit(): void {}

  /** Lets the server tell the workers at the commit, once. */
  async ring(): Promise<void> {
    if (!this.notify || this.#hasRung) return
    this.#hasRung = true
    await ring(this)
  }
}

/** Whether nobody tells when it ends: {@link Transaction.afterCommit} never calls back. */
export function isForeign(tx: Transaction): boolean {
  return tx instanceof ForeignTransaction
}

/** For a transaction whose end nobody tells: lets the server tell the workers, if that was asked for. */
export async function ringAtCommit(tx: Transaction): Promise<void> {
  if (tx instanceof ForeignTransaction) await tx.ring()
}
