import type { Executor } from '../../database/index.js'

const FIRST = '00000000-0000-0000-0000-000000000000'

/** Comes before every id, so that a walk that begins after it sees all. */
export const BEFORE_ALL: Place = { waiterId: FIRST, awaitedId: FIRST }

/**
 * Of the next `limit` jobs after the id `after` that others wait for, those that have ended all the same.
 * @returns also where to go on next time; `undefined`: that was the last of them
 */
export async function listUnsettled(
  db: Executor,
  after: string,
  limit: number,
): Promise<{ ended: readonly string[]; next: string | undefined }> {
  const [found] = await db.query<{ ended: string[]; seen: number; last: string }>(LIST_UNSETTLED, [
    after,
    limit,
  ])
  return { ended: found?.ended ?? [], next: found?.seen === limit ? found.last : undefined }
}

// Steps from awaited job to awaited job, however many wait for each.
const LIST_UNSETTLED = /* sql */ `
-- list unsettled: $1 after this id, $2 limit
WITH RECURSIVE seen (id, number) AS (
  (SELECT awaited_id, 1 FROM linehaul.job_wait WHERE ended_at IS NULL AND awaited_id > $1::uuid ORDER BY awaited_id LIMIT 1)
  UNION ALL
  SELECT next.awaited_id, number + 1
  FROM seen CROSS JOIN LATERAL (
    SELECT awaited_id FROM linehaul.job_wait WHERE ended_at IS NULL AND awaited_id > seen.id ORDER BY awaited_id LIMIT 1
  ) AS next
  WHERE number < $2
)
SELECT count(*)::int AS "seen", max(id::text COLLATE "C") AS "last",
       coalesce(array_agg(id::text) FILTER (WHERE has_ended), '{}') AS "ended"
FROM (SELECT id, NOT EXISTS (SELECT FROM linehaul.job WHERE job.id = seen.id) AS has_ended FROM seen) AS looked_at`

/** Where a walk over all waits has come to. */
export interface Place {
  readonly waiterId: string
  readonly awaitedId: string
}

/**
 * Looks at the next `limit` waits after `place` and deletes those whose waiter is over and will not be replayed.
 * @returns how many it deleted, and where to go on; `undefined`: those were the last
 */
export async function forgetWaits(
  db: Executor,
  { waiterId, awaitedId }: Place,
  limit: number,
): Promise<{ forgotten: number; next: Place | undefined }> {
  const rows = await db.query<Place & { seen: number; forgotten: number }>(FORGET_WAITS, [
    waiterId,
    awaitedId,
    limit,
  ])
  const [found] = rows
  return { forgotten: found?.forgotten ?? 0, next: found?.seen === limit ? found : undefined }
}

const FORGET_WAITS = /* sql */ `
-- forget waits: $1 waiter and $2 awaited one to go on after, $3 limit
WITH seen AS MATERIALIZED (
  SELECT waiter_id, awaited_id
  FROM linehaul.job_wait
  WHERE (waiter_id, awaited_id) > ($1::uuid, $2::uuid)
  ORDER BY waiter_id, awaited_id
  LIMIT $3
),
over AS MATERIALIZED (
  SELECT waiter_id
  FROM (SELECT DISTINCT waiter_id FROM seen) AS waiter
  WHERE NOT EXISTS (SELECT FROM linehaul.job WHERE id = waiter_id)
    AND NOT EXISTS (SELECT FROM linehaul.job_archive WHERE id = waiter_id AND state IN ('dead', 'cancelled'))
),
forgotten AS (
  DELETE FROM linehaul.job_wait
  USING seen JOIN over ON over.waiter_id = seen.waiter_id
  WHERE job_wait.waiter_id = seen.waiter_id AND job_wait.awaited_id = seen.awaited_id
  RETURNING 1
)
SELECT waiter_id::text AS "waiterId", awaited_id::text AS "awaitedId",
       (SELECT count(*) FROM seen)::int AS "seen", (SELECT count(*) FROM forgotten)::int AS "forgotten"
FROM seen
ORDER BY seen.waiter_id DESC, seen.awaited_id DESC
LIMIT 1`
