import type { Executor } from '../../database/index.js'
import type { JobState } from '../state.js'
import { ARCHIVE_COLUMNS } from './archive-columns.js'
import { DUE_STATE } from './due-state.js'
import { freshAt } from './replay.js'
import type { Finished } from './finish.js'
import { selectJobs, type Selection } from './select-jobs.js'

/** A job that a bulk operation is about. */
export interface Chosen {
  readonly id: string
  readonly name: string
  readonly state: JobState
}

/** The next jobs to do something to, newest first. */
export function chooseJobs(db: Executor, selection: Selection): Promise<readonly Chosen[]> {
  const columns = 'id::text AS "id", name, state'
  const { sql, parameters } = selectJobs('choose jobs', { open: columns, finished: columns }, selection)
  return db.query<Chosen>(sql, parameters)
}

/** Jobs by id, each statement a transaction of its own; those that moved on meanwhile are left alone. */
export interface Some {
  readonly tenantId: string
  readonly ids: readonly string[]
  readonly now: Date | null
}

/**
 * Puts dead and cancelled jobs back in line with all their attempts, unless a job stands under their unique key. Of two
 * under one key the newer goes. What ended after `upTo` has been tried again already.
 * @returns how many
 */
export async function replayMany(
  db: Executor,
  { tenantId, ids, upTo, now }: Some & { upTo: Date },
): Promise<number> {
  return (await db.query(REPLAY, [tenantId, ids, upTo, now])).length
}

const REPLAY = /* sql */ `
-- replay many: $1 tenant, $2 ids, $3 ended by, $4 now or null
WITH chosen AS MATERIALIZED (
  SELECT DISTINCT ON (name, coalesce(unique_key, id::text)) id
  FROM linehaul.job_archive AS old
  WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 AND state IN ('dead', 'cancelled') AND finished_at <= $3::timestamptz
    AND NOT EXISTS (
      SELECT FROM linehaul.job
      WHERE old.unique_key IS NOT NULL AND job.unique_key = old.unique_key AND job.tenant_id = $1 AND job.name = old.name
        AND (job.exclusive OR job.state IN ('scheduled', 'blocked', 'held', 'waiting'))
    )
  ORDER BY name, coalesce(unique_key, id::text), id DESC
),
replayed AS (
  DELETE FROM linehaul.job_archive
  WHERE id IN (SELECT id FROM chosen) AND tenant_id = $1 AND state IN ('dead', 'cancelled')
  RETURNING *
), reopened AS (
  -- Those of the jobs they waited for that are replayed as well, or are open still: they wait for them once more.
  UPDATE linehaul.job_wait SET ended_at = NULL
  FROM replayed
  WHERE waiter_id = replayed.id
    AND (awaited_id IN (SELECT id FROM replayed) OR EXISTS (SELECT FROM linehaul.job WHERE job.id = awaited_id))
  RETURNING waiter_id
), fresh AS (${freshAt('$4')})
INSERT INTO linehaul.job (${ARCHIVE_COLUMNS}, attempts, state)
SELECT ${ARCHIVE_COLUMNS}, attempts,
       CASE WHEN id IN (SELECT waiter_id FROM reopened) THEN 'blocked' ELSE ${DUE_STATE} END
FROM fresh
RETURNING id`

/** Open jobs are locked in the order of their ids, and those that somebody else changes at this moment come again. */
const lock = (condition: string) => /* sql */ `
mine AS MATERIALIZED (
  SELECT id FROM linehaul.job
  WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 AND ${condition}
  ORDER BY id FOR UPDATE SKIP LOCKED
)`

const PENDING = /* sql */ `state IN ('scheduled', 'blocked', 'held', 'waiting')`

/** Makes scheduled jobs due now. @returns how many */
export async function hurryMany(db: Executor, { tenantId, ids, now }: Some): Promise<number> {
  return (await db.query(HURRY, [tenantId, ids, now])).length
}

const HURRY = /* sql */ `
-- hurry many: $1 tenant, $2 ids, $3 now or null
WITH ${lock(`state = 'scheduled'`)}
UPDATE linehaul.job SET state = ${DUE_STATE}, run_at = coalesce($3::timestamptz, now())
FROM mine WHERE job.id = mine.id
RETURNING job.id`

/** Archives jobs that have not started as cancelled. */
export function cancelMany(
  db: Executor,
  { tenantId, ids, keepMs, reason, now }: Some & { keepMs: readonly number[]; reason: string },
): Promise<readonly Finished[]> {
  return db.query<Finished>(CANCEL, [tenantId, ids, keepMs, reason, now])
}

const CANCEL = /* sql */ `
-- cancel many: $1 tenant; arrays of $2 ids, $3 times to keep in ms; $4 reason, $5 now or null
WITH clock AS (SELECT coalesce($5::timestamptz, now()) AS now),
${lock(PENDING)},
ended AS (
  DELETE FROM linehaul.job
  USING mine JOIN unnest($2::uuid[], $3::float8[]) AS given (given_id, keep_ms) ON given_id = mine.id
  WHERE job.id = mine.id
  RETURNING job.*, keep_ms
)
INSERT INTO linehaul.job_archive (${ARCHIVE_COLUMNS}, attempts, state, finished_at, expires_on, error)
SELECT ${ARCHIVE_COLUMNS}, attempts, 'cancelled', clock.now,
       (clock.now AT TIME ZONE 'UTC' + keep_ms * interval '1 ms')::date + 1,
       jsonb_build_object('code', 'JOBS_CANCELLED', 'message', $4::text)
FROM ended, clock
RETURNING id::text AS "id", state, has_waiters AS "hasWaiters", limit_keys AS "limitKeys"`

/** Asks the workers of running jobs to stop them. @returns how many were not asked before */
export async function requestCancelMany(
  db: Executor,
  { tenantId, ids, reason, now }: Some & { reason: string },
): Promise<number> {
  return (await db.query(REQUEST_CANCEL, [tenantId, ids, reason, now])).length
}

const REQUEST_CANCEL = /* sql */ `
-- request cancel of many: $1 tenant, $2 ids, $3 reason, $4 now or null
WITH ${lock(`state = 'running' AND cancel_requested_at IS NULL`)}
UPDATE linehaul.job SET cancel_requested_at = coalesce($4::timestamptz, now()), cancel_reason = $3
FROM mine WHERE job.id = mine.id
RETURNING job.id`

/** Puts jobs that have not started into another queue. @returns how many were not there */
export async function moveMany(db: Executor, { tenantId, ids, to }: Some & { to: string }): Promise<number> {
  return (await db.query(MOVE, [tenantId, ids, to])).length
}

const MOVE = /* sql */ `
-- move many: $1 tenant, $2 ids, $3 queue
WITH ${lock(`${PENDING} AND queue <> $3`)}
UPDATE linehaul.job SET queue = $3 FROM mine WHERE job.id = mine.id
RETURNING job.id`

/** Forgets finished jobs. @returns how many */
export async function deleteMany(
  db: Executor,
  { tenantId, ids, upTo }: Some & { upTo: Date },
): Promise<number> {
  return (await db.query(DELETE, [tenantId, ids, upTo])).length
}

const DELETE = /* sql */ `
-- delete many: $1 tenant, $2 ids, $3 ended by
DELETE FROM linehaul.job_archive
WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 AND finished_at <= $3::timestamptz
RETURNING id`
