import type { Executor } from '../../database/index.js'
import { LOST_COLUMNS, type LostJob } from './lost.js'

export type HeldJob = LostJob & { readonly cancelRequested: boolean }

/** The running jobs of one worker as the database sees them. */
export function listHeld(db: Executor, workerId: string): Promise<readonly HeldJob[]> {
  return db.query<HeldJob>(LIST_HELD, [workerId], { prepared: true })
}

const LIST_HELD = /* sql */ `
-- list held: $1 worker id
SELECT ${LOST_COLUMNS}, cancel_requested_at IS NOT NULL AS "cancelRequested"
FROM linehaul.job
WHERE worker_id = $1 AND state = 'running'`
