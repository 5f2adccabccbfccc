import type { Executor } from '../../database/index.js'

/** How much longer a finished job is kept that would be forgotten while a job still waits for others beside it. */
const LONGER_DAYS = 7

/**
 * Puts off the expiry of up to `limit` finished jobs that open jobs have waited for and may still ask about.
 * @param today `YYYYMMDD`: what expires by then is about to be forgotten
 * @returns how many
 */
export async function keepAwaited(db: Executor, today: string, limit: number): Promise<number> {
  return (await db.query(KEEP_AWAITED, [today, limit, LONGER_DAYS])).length
}

const KEEP_AWAITED = /* sql */ `
-- keep awaited: $1 today, $2 limit, $3 days
WITH needed AS MATERIALIZED (
  SELECT id, expires_on
  FROM linehaul.job_archive
  WHERE expires_on <= $1::date AND has_waiters
    AND EXISTS (
      SELECT FROM linehaul.job_wait JOIN linehaul.job ON job.id = waiter_id WHERE awaited_id = job_archive.id
    )
  LIMIT $2
)
UPDATE linehaul.job_archive
SET expires_on = $1::date + $3::int
FROM needed
WHERE job_archive.id = needed.id AND job_archive.expires_on = needed.expires_on
RETURNING needed.id`
