import type { Database, Executor } from '../../database/index.js'

/** More are not counted of anything: there are at least that many then. */
export const MOST = 10_000

export interface WorkerFacts {
  readonly host: string
  readonly pid: number
  readonly queues: readonly string[]
  /** Whether its process makes the ticks of schedules. */
  readonly ticks: boolean
  /** Since its last heartbeat. */
  readonly silentMs: number
}

export function listWorkers(db: Executor): Promise<readonly WorkerFacts[]> {
  return db.query(LIST_WORKERS, [MOST])
}

const LIST_WORKERS = /* sql */ `
-- list workers: $1 limit
SELECT host, pid, queues, ticks, 1000 * extract(epoch FROM now() - heartbeat_at)::float8 AS "silentMs"
FROM linehaul.worker
ORDER BY heartbeat_at DESC
LIMIT $1`

/** Since when the leader has been silent; `undefined` when nobody leads. */
export async function findLeaderSilence(db: Database): Promise<number | undefined> {
  const [leader] = await db.query<{ silentMs: number }>(FIND_LEADER, [db.kind === 'embedded'])
  return leader?.silentMs
}

const FIND_LEADER = /* sql */ `
-- find leader silence: $1 whether the database is one process's alone, which says but once that it leads
SELECT 1000 * extract(epoch FROM now() - CASE WHEN $1 THEN heartbeat_at ELSE renewed_at END)::float8 AS "silentMs"
FROM linehaul.leader LEFT JOIN linehaul.worker ON worker.id = leader.worker_id
WHERE NOT $1 OR heartbeat_at IS NOT NULL`

/** Running jobs whose worker has been silent for longer than `silentMs`. */
export async function countOrphans(db: Executor, silentMs: number): Promise<number> {
  return count(db, COUNT_ORPHANS, [silentMs, MOST])
}

const COUNT_ORPHANS = /* sql */ `
-- count orphans: $1 silence in ms, $2 limit
SELECT count(*)::int AS "count" FROM (
  SELECT FROM linehaul.job
  WHERE state = 'running'
    AND claimed_at < now() - $1::float8 * interval '1 ms'
    AND NOT EXISTS (
      SELECT FROM linehaul.worker
      WHERE worker.id = job.worker_id AND heartbeat_at >= now() - $1::float8 * interval '1 ms'
    )
  LIMIT $2
) AS counted`

/** Jobs that a limit or a pause has kept from running for longer than `forMs`. */
export async function countHeld(db: Executor, forMs: number): Promise<number> {
  return count(db, COUNT_HELD, [forMs, MOST])
}

const COUNT_HELD = /* sql */ `
-- count held: $1 for how long in ms, $2 limit
SELECT count(*)::int AS "count" FROM (
  SELECT FROM (
    SELECT run_at FROM linehaul.job WHERE state = 'held' AND limit_keys IS NOT NULL
    UNION ALL
    SELECT run_at FROM linehaul.job WHERE state = 'held' AND limit_keys IS NULL
  ) AS held
  WHERE run_at < now() - $1::float8 * interval '1 ms'
  LIMIT $2
) AS counted`

/** Jobs that wait for one that is not open any more, and has not been for longer than `forMs`. */
export async function countForsaken(db: Executor, forMs: number): Promise<number> {
  return count(db, COUNT_FORSAKEN, [forMs, MOST])
}

const COUNT_FORSAKEN = /* sql */ `
-- count forsaken: $1 for how long in ms, $2 limit
SELECT count(DISTINCT waiter_id)::int AS "count"
FROM (
  SELECT waiter_id, awaited_id FROM linehaul.job_wait WHERE ended_at IS NULL ORDER BY awaited_id LIMIT 10 * $2::int
) AS open
JOIN linehaul.job AS waiter ON waiter.id = waiter_id AND waiter.state = 'blocked'
WHERE waiter.created_at < now() - $1::float8 * interval '1 ms'
  AND NOT EXISTS (SELECT FROM linehaul.job WHERE id = awaited_id)
  AND NOT EXISTS (
    SELECT FROM linehaul.job_archive
    WHERE id = awaited_id AND finished_at >= now() - $1::float8 * interval '1 ms'
  )`

export interface DeadFacts {
  readonly lastHour: number
  readonly lastDay: number
  readonly total: number
}

export async function countDead(db: Executor): Promise<DeadFacts> {
  const [facts] = await db.query<DeadFacts>(COUNT_DEAD, [MOST])
  return facts as DeadFacts
}

const COUNT_DEAD = /* sql */ `
-- count dead: $1 limit
SELECT count(*) FILTER (WHERE finished_at > now() - interval '1 hour')::int AS "lastHour",
       count(*) FILTER (WHERE finished_at > now() - interval '1 day')::int AS "lastDay",
       count(*)::int AS "total"
FROM (SELECT finished_at FROM linehaul.job_archive WHERE state = 'dead' LIMIT 10 * $1::int) AS counted`

export interface StopFacts {
  /** `''`: of all. */
  readonly tenantId: string
  readonly by: string
  readonly at: Date
}

/** Whose scheduler is stopped. */
export function listStops(db: Executor): Promise<readonly StopFacts[]> {
  return db.query(LIST_STOPS)
}

const LIST_STOPS = /* sql */ `
-- list stops
SELECT tenant_id AS "tenantId", changed_by AS "by", changed_at AS "at"
FROM linehaul.scheduler
WHERE is_stopped
ORDER BY tenant_id`

export interface LateFacts {
  readonly schedule: string
  readonly tenantId: string
  readonly lateMs: number
}

/** The schedules whose tick is longest overdue, by more than `lateMs`. */
export function listLate(db: Executor, lateMs: number): Promise<readonly LateFacts[]> {
  return db.query(LIST_LATE, [lateMs])
}

const LIST_LATE = /* sql */ `
-- list late schedules: $1 late by more than this many ms
SELECT job_name || '/' || schedule_name AS "schedule", tenant_id AS "tenantId",
       1000 * extract(epoch FROM now() - next_at)::float8 AS "lateMs"
FROM linehaul.schedule
WHERE next_at < now() - $1::float8 * interval '1 ms'
ORDER BY next_at
LIMIT 100`

async function count(db: Executor, sql: string, parameters: readonly unknown[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(sql, parameters)
  return row?.count ?? 0
}
