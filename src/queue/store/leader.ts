import type { Executor } from '../../database/index.js'

export interface Leader {
  readonly workerId: string
  /** `null` when it has signed off since. */
  readonly host: string | null
  readonly pid: number | null
  readonly electedAt: Date
  /** Since it last said that it leads. */
  readonly silentMs: number
  /** Whether its process holds its lock; `null` when it has none to hold. */
  readonly holdsLock: boolean | null
  /** The definitions with schedules that it knows. */
  readonly schedules: readonly string[]
}

/** Who leads, dead or alive; `undefined` when nobody does. */
export async function findLeader(db: Executor, now: Date | null): Promise<Leader | undefined> {
  const [leader] = await db.query<Leader>(FIND_LEADER, [now], { prepared: true })
  return leader
}

const FIND_LEADER = /* sql */ `
-- find leader: $1 now or null
SELECT worker_id::text AS "workerId", host, pid, elected_at AS "electedAt", schedules,
       1000 * extract(epoch FROM coalesce($1::timestamptz, now()) - renewed_at)::float8 AS "silentMs",
       CASE WHEN lock_key IS NOT NULL THEN lock_key IN (SELECT key FROM linehaul.held_lock) END AS "holdsLock"
FROM linehaul.leader LEFT JOIN linehaul.worker ON worker.id = leader.worker_id`

/**
 * Begins to lead, or goes on.
 * @param after the leader that was found dead; with `null` only where there is none
 * @returns whether `workerId` leads now; a rival may have been quicker.
 */
export async function lead(db: Executor, { workerId, after, schedules, now }: LeaderBid): Promise<boolean> {
  return (await db.query(LEAD, [workerId, after, schedules, now], { prepared: true })).length > 0
}

export interface LeaderBid {
  readonly workerId: string
  readonly after: string | null
  readonly schedules: readonly string[]
  readonly now: Date | null
}

const LEAD = /* sql */ `
-- lead: $1 worker id, $2 the leader it follows or null, $3 definitions with schedules, $4 now or null
INSERT INTO linehaul.leader AS former (worker_id, elected_at, renewed_at, schedules)
VALUES ($1, coalesce($4::timestamptz, now()), coalesce($4::timestamptz, now()), $3)
ON CONFLICT (single) DO UPDATE
SET worker_id = EXCLUDED.worker_id, renewed_at = EXCLUDED.renewed_at, schedules = EXCLUDED.schedules,
    elected_at = CASE WHEN former.worker_id = EXCLUDED.worker_id THEN former.elected_at ELSE EXCLUDED.elected_at END
WHERE former.worker_id IN (EXCLUDED.worker_id, $2)
RETURNING worker_id`

/** Leads no more, and tells everyone who may follow. */
export async function resign(db: Executor, workerId: string): Promise<void> {
  await db.query(RESIGN, [workerId, LEADER_CHANNEL])
}

/** On which the processes hear that the leader has gone. */
export const LEADER_CHANNEL = 'linehaul_leader'

const RESIGN = /* sql */ `
-- resign: $1 worker id, $2 channel
WITH resigned AS (DELETE FROM linehaul.leader WHERE worker_id = $1 RETURNING worker_id)
SELECT pg_notify($2, '') FROM resigned`
