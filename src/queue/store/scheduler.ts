import type { Executor, Transaction } from '../../database/index.js'

/** The scheduler of all tenants. */
export const EVERYBODY = ''

/** Who last stopped, or started, the scheduler of a tenant or of all. */
export interface SchedulerControl {
  readonly tenantId: string
  readonly isStopped: boolean
  readonly at: Date
  readonly by: string
}

/** SQL for whether nobody has stopped what ticks a row of `schedule`. What is the engine's own goes on but for the owner. */
export const GOES_ON = /* sql */ `NOT EXISTS (
  SELECT FROM linehaul.scheduler
  WHERE is_stopped
    AND (scheduler.tenant_id = '' OR (scheduler.tenant_id = schedule.tenant_id AND schedule.job_name NOT LIKE 'jobs.%'))
)`

/** Nobody stops the scheduler before this transaction is over: once a stop is committed, no tick follows. */
export async function holdScheduler(tx: Transaction): Promise<void> {
  await tx.query(HOLD)
}

// A row that is not there cannot be locked, and tickers do not keep one another out.
const HOLD = /* sql */ `
-- hold scheduler
LOCK TABLE linehaul.scheduler IN SHARE MODE`

/** Stops or starts. One that stands already so, or was never stopped and is started, stays as it is. */
export async function setScheduler(
  db: Executor,
  { tenantId, isStopped, by, now }: Omit<SchedulerControl, 'at'> & { now: Date | null },
): Promise<void> {
  await db.query(SET, [tenantId, isStopped, by, now])
}

const SET = /* sql */ `
-- set scheduler: $1 tenant or '' for all, $2 whether it stops, $3 by whom, $4 now or null
INSERT INTO linehaul.scheduler AS former (tenant_id, is_stopped, changed_at, changed_by)
SELECT $1::text, $2::boolean, coalesce($4::timestamptz, now()), $3::text
WHERE $2 OR EXISTS (SELECT FROM linehaul.scheduler WHERE tenant_id = $1)
ON CONFLICT (tenant_id) DO UPDATE
SET is_stopped = EXCLUDED.is_stopped, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by
WHERE former.is_stopped <> EXCLUDED.is_stopped`

/** What was decided for a tenant, and for all: what stands first. */
export function listControls(db: Executor, tenantId: string): Promise<readonly SchedulerControl[]> {
  return db.query(LIST, [tenantId])
}

const LIST = /* sql */ `
-- list scheduler: $1 tenant
SELECT tenant_id AS "tenantId", is_stopped AS "isStopped", changed_at AS "at", changed_by AS "by"
FROM linehaul.scheduler
WHERE tenant_id IN ('', $1)
ORDER BY tenant_id`

/** The live processes that make ticks. */
export interface TickingProcesses {
  readonly count: number
  /** Since when one has; `null` when there is none. */
  readonly since: Date | null
}

export async function countTicking(
  db: Executor,
  { leaseMs, now }: { leaseMs: number; now: Date | null },
): Promise<TickingProcesses> {
  const [row] = await db.query<TickingProcesses>(COUNT_TICKING, [leaseMs, now])
  return row ?? { count: 0, since: null }
}

const COUNT_TICKING = /* sql */ `
-- count ticking: $1 lease in ms, $2 now or null
SELECT count(*)::int AS "count", min(started_at) AS "since"
FROM linehaul.worker
WHERE ticks AND heartbeat_at >= coalesce($2::timestamptz, now()) - $1::float8 * interval '1 ms'`
