import { newId } from '../../database/index.js'
import type { Workbench } from './workbench.js'

const LOCK_KEY = '-6917529027641081857'

/** Workers of other processes, as the database shows them. */
export function otherWorkers(bench: () => Workbench): {
  aWorker(lockKey?: string | null): Promise<string>
  whileLocked(work: () => Promise<unknown>): Promise<void>
} {
  return {
    /** The row of one that was heard of just now. */
    async aWorker(lockKey = LOCK_KEY) {
      const [id, at] = [newId(), bench().clock.now()]
      await bench().database.query(
        `INSERT INTO linehaul.worker VALUES ($1, 'elsewhere', 1, '{default}', 1, $2, $2, $3::bigint)`,
        [id, at, lockKey],
      )
      return id
    },

    /** Does `work` while a session of somebody else holds the lock. */
    async whileLocked(work) {
      let letGo: () => void = () => undefined
      const over = new Promise<void>((resolve) => (letGo = resolve))
      let held: Promise<void> = Promise.resolve()
      const locked = new Promise<void>((resolve) => {
        held = bench().database.transaction(async (tx) => {
          await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [LOCK_KEY])
          resolve()
          await over
        })
      })
      await locked
      await work().finally(letGo)
      await held
    },
  }
}
