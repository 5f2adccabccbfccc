import type { Executor } from '../../database/index.js'
import type { FinalState } from '../state.js'

/** How the attempt of `fence` ended its job; `undefined` if it was not the one that did. */
export async function findEnded(
  db: Executor,
  { id, fence }: { id: string; fence: string },
): Promise<FinalState | undefined> {
  const [job] = await db.query<{ state: FinalState }>(FIND_ENDED, [id, fence])
  return job?.state
}

const FIND_ENDED = /* sql */ `
-- find ended: $1 id, $2 fence
SELECT state FROM linehaul.job_archive WHERE id = $1 AND fence = $2`
