import type { Executor } from '../../database/index.js'
import type { Window } from './usage.js'

/** A limit of a held job, and the others that it holds. */
export interface HeldLimit {
  readonly key: string
  /** Those that have their turn before the job. */
  readonly ahead: number
  /** All of them, the job too. */
  readonly held: number
}

/** The limits of a held job; of each line of held jobs at most `most` are counted. */
export function listHeldLimits(db: Executor, id: string, most: number): Promise<readonly HeldLimit[]> {
  return db.query<HeldLimit>(LIST_HELD_LIMITS, [id, most])
}

// Tenants are served in turn: before a tenant's n-th job comes, each of the others has had n turns or has none left.
const LIST_HELD_LIMITS = /* sql */ `
-- list limits of a held job: $1 id, $2 count up to
WITH mine AS MATERIALIZED (
  SELECT tenant_id, limit_keys, priority, run_at, seq FROM linehaul.job WHERE id = $1 AND state = 'held'
),
line AS (
  SELECT key, job.tenant_id = mine.tenant_id AS is_own, count(*) AS jobs,
         count(*) FILTER (WHERE (job.priority, job.run_at, job.seq) < (mine.priority, mine.run_at, mine.seq)) AS before
  FROM mine CROSS JOIN unnest(mine.limit_keys) AS key
  CROSS JOIN LATERAL (
    SELECT tenant_id, priority, run_at, seq FROM linehaul.job
    WHERE state = 'held' AND limit_keys IS NOT NULL AND limit_keys @> ARRAY[key]
    LIMIT $2
  ) AS job
  GROUP BY key, job.tenant_id, mine.tenant_id
),
own AS (SELECT key, before FROM line WHERE is_own)
SELECT key, sum(jobs)::int AS "held",
       sum(CASE WHEN is_own THEN line.before ELSE least(jobs, coalesce(own.before, 0) + 1) END)::int AS "ahead"
FROM line LEFT JOIN own USING (key)
GROUP BY key
ORDER BY key`

/** The starts that each window sees, the oldest first. */
export function listStarts(
  db: Executor,
  windows: readonly Window[],
  now: Date,
): Promise<readonly { readonly key: string; readonly at: Date }[]> {
  return db.query(LIST_STARTS, [windows.map(({ key }) => key), windows.map(({ perMs }) => perMs), now])
}

const LIST_STARTS = /* sql */ `
-- list starts: $1 keys, $2 windows in ms or null, $3 now
SELECT key, at
FROM unnest($1::text[], $2::float8[]) AS counted(key, per_ms) JOIN linehaul.bucket_start USING (key)
WHERE at > $3::timestamptz - per_ms * interval '1 ms'
ORDER BY at`
