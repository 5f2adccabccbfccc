import type { Executor } from '../../database/index.js'
import type { ThresholdChanges } from '../alert/thresholds.js'
import { GOES_ON } from './scheduler.js'

/** What is known of one tenant's queue, of those in which something happened or waits. */
export interface QueueFacts {
  readonly tenantId: string
  readonly queue: string
  /** Attempts that succeeded or failed within the queue's own failureMinutes. */
  readonly ends: number
  /** Those of them that failed, or with which their job died. */
  readonly failures: number
  /** Jobs that died within an hour. */
  readonly dead: number
  /** How long the job waits that waits longest; `null`: none does. */
  readonly oldestWaitingMs: number | null
  /** Whether a live worker serves the queue. */
  readonly isServed: boolean
  /** How long a schedule has been due without a tick; `null`: none is late. */
  readonly lateMs: number | null
  /** Where the thresholds are others than the defaults. */
  readonly changes: ThresholdChanges | null
}

export interface FactsWish {
  /** The definitions known here, for a schedule's row does not name its queue. */
  readonly jobs: readonly { readonly name: string; readonly queue: string }[]
  readonly failureMinutes: number
  readonly leaseMs: number
  readonly now: Date | null
}

/** Of all tenants. One statement, whose work goes by the number of tenants, queues and priorities, not of jobs. */
export function listAlertFacts(
  db: Executor,
  { jobs, failureMinutes, leaseMs, now }: FactsWish,
): Promise<readonly QueueFacts[]> {
  const names = jobs.map(({ name }) => name)
  const queues = jobs.map(({ queue }) => queue)
  return db.query<QueueFacts>(LIST_FACTS, [names, queues, failureMinutes, leaseMs, now], { prepared: true })
}

/** Most combinations of queue, tenant and priority that are looked at. */
const MOST_HEADS = 10_000

const READY = /* sql */ `state = 'waiting' AND losses = 0`

// The first of each queue, tenant and priority is the oldest of it; from one to the next the index is probed once.
const LIST_FACTS = /* sql */ `
-- list alert facts: arrays of $1 definitions, $2 their queues; $3 usual minutes of a rate, $4 lease in ms, $5 now or null
WITH RECURSIVE clock AS MATERIALIZED (SELECT coalesce($5::timestamptz, now()) AS now),
head (queue, tenant_id, priority, run_at, n) AS (
  (SELECT queue, tenant_id, priority, run_at, 1 FROM linehaul.job WHERE ${READY}
   ORDER BY queue, tenant_id, priority, run_at, seq LIMIT 1)
  UNION ALL
  SELECT next.*, n + 1 FROM head CROSS JOIN LATERAL (
    SELECT queue, tenant_id, priority, run_at FROM linehaul.job
    WHERE ${READY} AND (queue, tenant_id, priority) > (head.queue, head.tenant_id, head.priority)
    ORDER BY queue, tenant_id, priority, run_at, seq LIMIT 1
  ) AS next
  WHERE n < ${MOST_HEADS}
),
suspect AS (
  SELECT queue, tenant_id, run_at FROM linehaul.job WHERE state = 'waiting' AND losses > 0
  ORDER BY priority, run_at, seq LIMIT ${MOST_HEADS}
),
waiting AS (
  SELECT tenant_id, queue, min(run_at) AS oldest_at
  FROM (SELECT queue, tenant_id, run_at FROM head UNION ALL SELECT * FROM suspect) AS one
  GROUP BY tenant_id, queue
),
recent AS (
  SELECT tenant_id, queue, done + dead + failed AS ends, dead + failed AS failures, dead,
         minute > clock.now - coalesce((changes ->> 'failureMinutes')::float8, $3::float8) * interval '1 minute' AS is_lately
  FROM clock CROSS JOIN linehaul.queue_minute LEFT JOIN linehaul.alert_threshold USING (tenant_id, queue)
  WHERE minute > (SELECT now FROM clock) - interval '1 hour'
),
ended AS (
  SELECT tenant_id, queue, sum(dead) AS dead,
         sum(ends) FILTER (WHERE is_lately) AS ends, sum(failures) FILTER (WHERE is_lately) AS failures
  FROM recent
  GROUP BY tenant_id, queue
),
late AS (
  SELECT tenant_id, known.queue, min(next_at) AS due_at
  FROM linehaul.schedule JOIN unnest($1::text[], $2::text[]) AS known (job_name, queue) USING (job_name)
  WHERE next_at < (SELECT now FROM clock) AND ${GOES_ON}
  GROUP BY tenant_id, known.queue
)
SELECT tenant_id AS "tenantId", queue,
       coalesce(ends, 0)::float8 AS "ends", coalesce(failures, 0)::float8 AS "failures", coalesce(dead, 0)::float8 AS "dead",
       1000 * extract(epoch FROM clock.now - oldest_at)::float8 AS "oldestWaitingMs",
       1000 * extract(epoch FROM clock.now - due_at)::float8 AS "lateMs",
       EXISTS (
         SELECT FROM linehaul.worker
         WHERE queue = ANY (queues) AND heartbeat_at >= clock.now - $4::float8 * interval '1 ms'
       ) AS "isServed",
       changes
FROM clock CROSS JOIN (waiting FULL JOIN ended USING (tenant_id, queue) FULL JOIN late USING (tenant_id, queue))
LEFT JOIN linehaul.alert_threshold USING (tenant_id, queue)`
