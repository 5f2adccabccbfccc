import type { Executor } from '../../database/index.js'
import type { JobState } from '../state.js'
import { COUNT_LIMIT } from './count.js'

/** How many jobs of a definition stand in a state of a queue, and how many ended lately. */
export interface Load {
  readonly queue: string
  readonly name: string
  /** `completed` and `failed`: those that ended since the instant that was asked for. */
  readonly state: Exclude<JobState, 'done' | 'cancelled'> | 'completed' | 'failed'
  readonly count: number
  /** Whether more of that queue and state were there than were looked at: then there are at least so many. */
  readonly isAtLeast: boolean
}

/** Of one tenant and these queues. No more than 10,000 of each queue and state are looked at. */
export function measureLoad(
  db: Executor,
  { tenantId, queues, since }: { tenantId: string; queues: readonly string[]; since: Date },
): Promise<readonly Load[]> {
  return db.query<Load>(MEASURE, [tenantId, queues, COUNT_LIMIT, since])
}

const looked = (state: string, rows: string) => /* sql */ `
  SELECT '${state}' AS state, line.queue, found.name
  FROM line CROSS JOIN LATERAL (
    SELECT name FROM ${rows} AND tenant_id = $1 AND queue = line.queue LIMIT $3 + 1
  ) AS found`

const OPEN = 'linehaul.job WHERE state ='

const MEASURE = /* sql */ `
-- measure load: $1 tenant, $2 queues, $3 most to look at of each queue and state, $4 ended since
WITH line AS (SELECT unnest($2::text[]) AS queue),
looked AS (
  ${[
    looked('waiting', `${OPEN} 'waiting' AND losses = 0`),
    looked('waiting', `${OPEN} 'waiting' AND losses > 0`),
    looked('scheduled', `${OPEN} 'scheduled'`),
    looked('blocked', `${OPEN} 'blocked'`),
    looked('held', `${OPEN} 'held'`),
    looked('running', `${OPEN} 'running'`),
    looked('dead', `linehaul.job_archive WHERE state = 'dead'`),
  ].join(' UNION ALL ')}
),
ended AS (
  SELECT queue, name, sum(done)::int AS done, sum(dead)::int AS dead
  FROM linehaul.queue_minute
  WHERE tenant_id = $1 AND minute >= $4 AND queue = ANY ($2::text[])
  GROUP BY queue, name
)
SELECT queue, name, state, least(count(*), $3)::int AS "count",
       sum(count(*)) OVER (PARTITION BY queue, state) > $3 AS "isAtLeast"
FROM looked
GROUP BY queue, name, state
UNION ALL SELECT queue, name, 'completed', done, false FROM ended
UNION ALL SELECT queue, name, 'failed', dead, false FROM ended`
