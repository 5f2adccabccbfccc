import type { Executor } from '../../database/index.js'

/** Makes the transaction fail for good: whatever its owner does next, it can only roll back. */
export async function refuseCommit(tx: Executor): Promise<void> {
  await tx.query(REFUSE_COMMIT).catch(() => undefined) // it is meant to fail
}

const REFUSE_COMMIT = /* sql */ `
-- refuse commit
SELECT 1 / 0`
