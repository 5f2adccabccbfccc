import type { Executor } from '../../database/index.js'
import type { FinalState } from '../state.js'

/** How the attempt that `workerId` began at `claimedAt` ended its job; `undefined` if it was not the one that did. */
export async function findEnded(
  db: Executor,
  { id, workerId, claimedAt }: { id: string; workerId: string; claimedAt: Date },
): Promise<FinalState | undefined> {
  const [job] = await db.query<{ state: FinalState }>(FIND_ENDED, [id, workerId, claimedAt])
  return job?.state
}

// A Date has milliseconds, the column microseconds.
const FIND_ENDED = /* sql */ `
-- find ended: $1 id, $2 worker, $3 claimed at
SELECT state
FROM linehaul.job_archive
WHERE id = $1 AND worker_id = $2 AND date_trunc('milliseconds', claimed_at) = $3`
