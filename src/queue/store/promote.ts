import type { Executor } from '../../database/index.js'
import { DUE_STATE } from './due-state.js'

/** Makes up to `limit` jobs that have become due claimable, longest due first; returns how many. */
export async function promote(db: Executor, limit: number, now: Date | null): Promise<number> {
  return (await db.query(PROMOTE, [limit, now], { prepared: true })).length
}

const PROMOTE = /* sql */ `
-- promote: $1 limit, $2 now or null
WITH due AS MATERIALIZED (
  SELECT id
  FROM linehaul.job
  WHERE state = 'scheduled' AND run_at <= coalesce($2::timestamptz, now())
  ORDER BY run_at
  LIMIT $1
  FOR UPDATE SKIP LOCKED
)
UPDATE linehaul.job SET state = ${DUE_STATE} FROM due WHERE job.id = due.id RETURNING job.id`
