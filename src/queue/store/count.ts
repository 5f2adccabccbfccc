import type { Executor } from '../../database/index.js'
import type { JobState } from '../state.js'
import { selectJobs, type Selection } from './select-jobs.js'

/** No count goes further: beyond it a number would cost a walk through all of them. */
export const COUNT_LIMIT = 10_000

const COUNTED = ['scheduled', 'blocked', 'held', 'waiting', 'running', 'dead'] as const satisfies JobState[]
type Counted = (typeof COUNTED)[number]

/** How many jobs of a queue are in each state, as far as 10,000. */
export type QueueCounts = Readonly<Record<Counted, number>> & {
  readonly queue: string
  /** Which of the counts stopped at 10,000: there are at least that many. */
  readonly atLeast: readonly Counted[]
  /** Since when the job that has waited longest could have run; `null` when none waits. */
  readonly oldestWaitingAt: Date | null
}

/** Open and dead jobs of one tenant, for each of the `known` queues and any other that has some. */
export async function countByQueue(
  db: Executor,
  tenantId: string,
  known: readonly string[],
): Promise<readonly QueueCounts[]> {
  const rows = await db.query<Record<Counted, number> & { queue: string; oldestWaitingAt: Date | null }>(
    COUNT_BY_QUEUE,
    [tenantId, known, COUNT_LIMIT + 1],
  )
  return rows.map((row) => {
    const counts = { ...row, atLeast: COUNTED.filter((state) => row[state] > COUNT_LIMIT) }
    for (const state of counts.atLeast) counts[state] = COUNT_LIMIT
    return counts
  })
}

/** Every queue that the rows of an index name, one look for each. */
const queuesOf = (rows: string) => /* sql */ `
  (SELECT queue FROM ${rows} ORDER BY queue LIMIT 1)
  UNION ALL
  SELECT (SELECT queue FROM ${rows} AND queue > former.queue ORDER BY queue LIMIT 1)
  FROM former WHERE former.queue IS NOT NULL`

const count = (rows: string) => /* sql */ `
  (SELECT count(*)::int FROM (SELECT FROM ${rows} LIMIT $3) AS counted)`

const OF_TENANT = /* sql */ `tenant_id = $1 AND queue = line.queue`

const READY = /* sql */ `linehaul.job WHERE state = 'waiting' AND losses = 0`
const SUSPECT = /* sql */ `linehaul.job WHERE state = 'waiting' AND losses > 0`
const RESTING = /* sql */ `linehaul.job WHERE state IN ('scheduled', 'blocked', 'held') AND tenant_id = $1`
const DEAD = /* sql */ `linehaul.job_archive WHERE state = 'dead' AND tenant_id = $1`

// Those that wait are counted in the order of their index: else the planner may look for the first that come in the whole table,
// and reads all of it for a queue that has none (220 ms beside half a million jobs).
const COUNT_BY_QUEUE = /* sql */ `
-- count by queue: $1 tenant, $2 queues known, $3 count up to
WITH line AS MATERIALIZED (
  SELECT unnest($2::text[]) AS queue
  UNION (WITH RECURSIVE former (queue) AS (${queuesOf(READY)})
    SELECT queue FROM former WHERE EXISTS (SELECT FROM ${READY} AND tenant_id = $1 AND queue = former.queue))
  UNION SELECT queue FROM linehaul.job WHERE state = 'running' AND tenant_id = $1
  UNION SELECT queue FROM ${SUSPECT} AND tenant_id = $1
  UNION (WITH RECURSIVE former (queue) AS (${queuesOf(`${RESTING} AND state = 'scheduled'`)}) SELECT queue FROM former)
  UNION (WITH RECURSIVE former (queue) AS (${queuesOf(`${RESTING} AND state = 'blocked'`)}) SELECT queue FROM former)
  UNION (WITH RECURSIVE former (queue) AS (${queuesOf(`${RESTING} AND state = 'held'`)}) SELECT queue FROM former)
  UNION (WITH RECURSIVE former (queue) AS (${queuesOf(DEAD)}) SELECT queue FROM former)
)
SELECT line.queue,
  ${count(`${RESTING} AND state = 'scheduled' AND queue = line.queue`)} AS "scheduled",
  ${count(`${RESTING} AND state = 'blocked' AND queue = line.queue`)} AS "blocked",
  ${count(`${RESTING} AND state = 'held' AND queue = line.queue`)} AS "held",
  ${count(`${READY} AND ${OF_TENANT} ORDER BY priority, run_at, seq`)} + ${count(`${SUSPECT} AND ${OF_TENANT}`)} AS "waiting",
  ${count(`linehaul.job WHERE state = 'running' AND ${OF_TENANT}`)} AS "running",
  ${count(`${DEAD} AND queue = line.queue`)} AS "dead",
  -- The first of each priority: the index has no order by time across them.
  least((
    WITH RECURSIVE first (priority, run_at) AS (
      (SELECT priority, run_at FROM ${READY} AND ${OF_TENANT} ORDER BY priority, run_at LIMIT 1)
      UNION ALL
      SELECT next.priority, next.run_at FROM first CROSS JOIN LATERAL (
        SELECT priority, run_at FROM ${READY} AND ${OF_TENANT} AND priority > first.priority
        ORDER BY priority, run_at LIMIT 1
      ) AS next
    )
    SELECT min(run_at) FROM first
  ), (SELECT min(run_at) FROM ${SUSPECT} AND ${OF_TENANT})) AS "oldestWaitingAt"
FROM line
WHERE line.queue IS NOT NULL
ORDER BY line.queue`

/** How many jobs match; with `isAtLeast` there are that many or more. */
export interface Count {
  readonly count: number
  readonly isAtLeast: boolean
}

export async function countJobs(db: Executor, selection: Omit<Selection, 'limit'>): Promise<Count> {
  const wish = { ...selection, limit: COUNT_LIMIT + 1, anyOrder: true }
  const { sql, parameters } = selectJobs('select jobs', { open: '1 AS one', finished: '1 AS one' }, wish)
  const [row] = await db.query<{ count: number }>(
    `-- count jobs: as in what is counted\nSELECT count(*)::int AS "count" FROM (${sql}) AS matching`,
    parameters,
  )
  const count = row?.count ?? 0
  return { count: Math.min(count, COUNT_LIMIT), isAtLeast: count > COUNT_LIMIT }
}
