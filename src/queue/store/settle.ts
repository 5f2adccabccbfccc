import type { Executor } from '../../database/index.js'
import type { Awaited } from './wait.js'
import { ARCHIVE_COLUMNS } from './archive-columns.js'
import { DUE_STATE } from './due-state.js'

/** A job that need not wait any longer for one that it waited for. */
export interface EndedWait {
  readonly waiterId: string
  readonly awaited: Awaited
}

/**
 * Marks up to `limit` waits for those of `awaitedIds` that are open no more, and says how each of these ended. Waits that
 * another transaction is marking at this moment are left to it.
 */
export async function endWaits(
  tx: Executor,
  awaitedIds: readonly string[],
  limit: number,
  now: Date | null,
): Promise<readonly EndedWait[]> {
  const rows = await tx.query<Awaited & { waiterId: string }>(END_WAITS, [awaitedIds, limit, now])
  return rows.map(({ waiterId, ...awaited }) => ({ waiterId, awaited }))
}

const END_WAITS = /* sql */ `
-- end waits: $1 awaited ids, $2 limit, $3 now or null
WITH over AS MATERIALIZED (
  SELECT awaited.id, archived.name, coalesce(archived.state, 'gone') AS state
  FROM unnest($1::uuid[]) AS awaited(id)
  LEFT JOIN LATERAL (
    SELECT name, state FROM linehaul.job_archive WHERE job_archive.id = awaited.id LIMIT 1
  ) AS archived ON true
  WHERE NOT EXISTS (SELECT FROM linehaul.job WHERE job.id = awaited.id)
),
open AS MATERIALIZED (
  SELECT job_wait.waiter_id, job_wait.awaited_id, over.name, over.state
  FROM over JOIN linehaul.job_wait ON awaited_id = over.id AND ended_at IS NULL
  LIMIT $2
  FOR UPDATE OF job_wait SKIP LOCKED
)
UPDATE linehaul.job_wait
SET ended_at = coalesce($3::timestamptz, now())
FROM open
WHERE job_wait.waiter_id = open.waiter_id AND job_wait.awaited_id = open.awaited_id
RETURNING open.waiter_id::text AS "waiterId", open.awaited_id::text AS "id", open.name, open.state`

export interface BlockedWaiter {
  readonly id: string
  readonly name: string
  readonly onParentDead: 'cancel' | 'run'
}

/** Those of `ids` that are blocked. Nobody else can free them, nor see that they are free, before this transaction ends. */
export function lockWaiters(tx: Executor, ids: readonly string[]): Promise<readonly BlockedWaiter[]> {
  return tx.query<BlockedWaiter>(LOCK_WAITERS, [ids])
}

const LOCK_WAITERS = /* sql */ `
-- lock waiters: $1 ids
SELECT id::text AS "id", name, on_parent_dead AS "onParentDead"
FROM linehaul.job
WHERE id = ANY($1::uuid[]) AND state = 'blocked'
ORDER BY job.id
FOR UPDATE`

/**
 * Those of `ids` that wait for a job that has not ended. To be asked in a statement of its own after {@link lockWaiters}:
 * one that had to wait for a lock would look at what was true before it.
 */
export async function listStillWaiting(tx: Executor, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const waiting = await tx.query<{ id: string }>(STILL_WAITING, [ids])
  return new Set(waiting.map(({ id }) => id))
}

// One probe for each waiter, however many it waits for: the last named is the likeliest to be open still, and the order
// keeps the planner on the index.
const STILL_WAITING = /* sql */ `
-- list still waiting: $1 ids
SELECT waiter.id::text AS "id"
FROM unnest($1::uuid[]) AS waiter(id) CROSS JOIN LATERAL (
  SELECT FROM linehaul.job_wait
  WHERE waiter_id = waiter.id AND ended_at IS NULL
  ORDER BY position DESC
  LIMIT 1
) AS open`

/** Lets blocked jobs go on. @returns whether any of them is due. */
export async function freeWaiters(tx: Executor, ids: readonly string[], now: Date | null): Promise<boolean> {
  const freed = await tx.query<{ state: string }>(FREE_WAITERS, [ids, now])
  return freed.some(({ state }) => state !== 'scheduled')
}

const FREE_WAITERS = /* sql */ `
-- free waiters: $1 ids, $2 now or null
UPDATE linehaul.job
SET state = CASE WHEN run_at > coalesce($2::timestamptz, now()) THEN 'scheduled' ELSE ${DUE_STATE} END
WHERE id = ANY($1::uuid[]) AND state = 'blocked'
RETURNING state`

export interface CancelledWaiter {
  readonly id: string
  readonly reason: string
  readonly keepMs: number
}

/** Archives blocked jobs as cancelled. @returns those that others may wait for */
export async function cancelWaiters(
  tx: Executor,
  waiters: readonly CancelledWaiter[],
  now: Date | null,
): Promise<readonly string[]> {
  const cancelled = await tx.query<{ id: string; hasWaiters: boolean }>(CANCEL_WAITERS, [
    waiters.map(({ id }) => id),
    waiters.map(({ reason }) => reason),
    waiters.map(({ keepMs }) => keepMs),
    now,
  ])
  return cancelled.filter(({ hasWaiters }) => hasWaiters).map(({ id }) => id)
}

const CANCEL_WAITERS = /* sql */ `
-- cancel waiters: arrays of $1 ids, $2 reasons, $3 times to keep in ms; $4 now or null
WITH clock AS (SELECT coalesce($4::timestamptz, now()) AS now),
ended AS (
  DELETE FROM linehaul.job
  USING unnest($1::uuid[], $2::text[], $3::float8[]) AS cancelled (cancelled_id, reason, keep_ms)
  WHERE id = cancelled_id AND state = 'blocked'
  RETURNING job.*, cancelled.*
)
INSERT INTO linehaul.job_archive (${ARCHIVE_COLUMNS}, attempts, state, finished_at, expires_on, error)
SELECT ${ARCHIVE_COLUMNS}, attempts, 'cancelled', clock.now,
       (clock.now AT TIME ZONE 'UTC' + keep_ms * interval '1 ms')::date + 1,
       jsonb_build_object('code', 'JOBS_PARENT_DEAD', 'message', reason)
FROM ended, clock
RETURNING id::text AS "id", has_waiters AS "hasWaiters"`
