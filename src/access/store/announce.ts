import type { Transaction } from '../../database/index.js'

/** What every process listens on that remembers for a while who may do what. */
export const ACCESS_CHANNEL = 'linehaul_access'

/** Tells every process, once `tx` has committed, that who may do what has changed; this one at once, by `forget`. */
export async function announceAccess(tx: Transaction, forget: () => void): Promise<void> {
  await tx.query(ANNOUNCE, [ACCESS_CHANNEL])
  tx.afterCommit(forget)
}

const ANNOUNCE = /* sql */ `
-- announce access: $1 channel
SELECT pg_notify($1, '')`
