import type { Executor } from '../../database/index.js'

export interface QueueCounts {
  readonly queue: string
  readonly scheduled: number
  /** Waits for other jobs. */
  readonly blocked: number
  /** Its limit is full, or its definition is paused. */
  readonly held: number
  readonly waiting: number
  readonly running: number
  readonly dead: number
  /** Since when the job that has waited longest could have run; `null` when none waits. */
  readonly oldestWaitingAt: Date | null
}

/** What a queue counts that holds nothing. */
export const NO_JOBS: Omit<QueueCounts, 'queue'> = {
  scheduled: 0,
  blocked: 0,
  held: 0,
  waiting: 0,
  running: 0,
  dead: 0,
  oldestWaitingAt: null,
}

/** Open and dead jobs of one tenant, for each queue that has any. */
export function countByQueue(db: Executor, tenantId: string): Promise<readonly QueueCounts[]> {
  return db.query<QueueCounts>(COUNT, [tenantId])
}

const COUNT = /* sql */ `
-- count by queue: $1 tenant
SELECT queue,
       (count(*) FILTER (WHERE state = 'scheduled'))::int AS "scheduled",
       (count(*) FILTER (WHERE state = 'blocked'))::int AS "blocked",
       (count(*) FILTER (WHERE state = 'held'))::int AS "held",
       (count(*) FILTER (WHERE state = 'waiting'))::int AS "waiting",
       (count(*) FILTER (WHERE state = 'running'))::int AS "running",
       (count(*) FILTER (WHERE state = 'dead'))::int AS "dead",
       min(run_at) FILTER (WHERE state = 'waiting') AS "oldestWaitingAt"
FROM (
  SELECT queue, state, run_at FROM linehaul.job WHERE tenant_id = $1
  UNION ALL
  SELECT queue, state, run_at FROM linehaul.job_archive WHERE tenant_id = $1 AND state = 'dead'
) AS counted
GROUP BY queue
ORDER BY queue`
