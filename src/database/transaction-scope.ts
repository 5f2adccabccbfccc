import { AsyncLocalStorage } from 'node:async_hooks'

import { NestedCallError } from './errors.js'

/** Knows whether the running code is inside a transaction of one database, however many calls deep. */
export class TransactionScope {
  readonly #storage = new AsyncLocalStorage<{ open: boolean }>()

  /** @throws {NestedCallError} DATABASE_NESTED inside an open transaction. */
  refuseInside(call: string): void {
    if (this.#storage.getStore()?.open) throw new NestedCallError(call)
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    // Timers and promises begun inside keep this store after the end, so it says itself when it is over.
    const transaction = { open: true }
    try {
      return await this.#storage.run(transaction, work)
    } finally {
      transaction.open = false
    }
  }
}
