import type { Executor } from '../../database/index.js'
import { ARCHIVE_COLUMNS } from './archive-columns.js'

interface Cancel {
  readonly id: string
  readonly tenantId: string
  readonly reason: string
  readonly keepMs: number
  readonly now: Date | null
}

/** Archives a job that has not started as cancelled. @returns whether others may wait for it; `undefined`: there was none. */
export async function cancelPending(
  db: Executor,
  { id, tenantId, reason, keepMs, now }: Cancel,
): Promise<{ hasWaiters: boolean } | undefined> {
  const [cancelled] = await db.query<{ hasWaiters: boolean }>(CANCEL_PENDING, [
    id,
    tenantId,
    reason,
    keepMs,
    now,
  ])
  return cancelled
}

const CANCEL_PENDING = /* sql */ `
-- cancel pending: $1 id, $2 tenant, $3 reason, $4 keep in ms, $5 now or null
WITH clock AS (SELECT coalesce($5::timestamptz, now()) AS now),
ended AS (
  DELETE FROM linehaul.job
  WHERE id = $1 AND tenant_id = $2 AND state IN ('scheduled', 'blocked', 'held', 'waiting')
  RETURNING *
)
INSERT INTO linehaul.job_archive (${ARCHIVE_COLUMNS}, attempts, state, finished_at, expires_on, error)
SELECT ${ARCHIVE_COLUMNS}, attempts, 'cancelled', clock.now,
       (clock.now AT TIME ZONE 'UTC' + $4::float8 * interval '1 ms')::date + 1,
       jsonb_build_object('code', 'JOBS_CANCELLED', 'message', $3::text)
FROM ended, clock
RETURNING has_waiters AS "hasWaiters"`

/** Asks the worker of a running job to stop it; from now on it can only end as cancelled. @returns whether there was one. */
export async function requestCancel(
  db: Executor,
  { id, tenantId, reason, now }: Omit<Cancel, 'keepMs'>,
): Promise<boolean> {
  return (await db.query(REQUEST_CANCEL, [id, tenantId, reason, now])).length > 0
}

const REQUEST_CANCEL = /* sql */ `
-- request cancel: $1 id, $2 tenant, $3 reason, $4 now or null
UPDATE linehaul.job
SET cancel_requested_at = coalesce(cancel_requested_at, $4::timestamptz, now()),
    cancel_reason = coalesce(cancel_reason, $3)
WHERE id = $1 AND tenant_id = $2 AND state = 'running'
RETURNING id`
