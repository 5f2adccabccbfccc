import type { Executor } from '../../database/index.js'

/** How far an attempt says it is. */
export interface Progress {
  /** 0 to 100. */
  readonly percent: number
  readonly step: string | null
  readonly message: string | null
  /** ISO 8601: when it was said. */
  readonly at: string
}

export interface NewProgress {
  readonly id: string
  readonly fence: string
  /** JSON text. */
  readonly progress: string
}

/**
 * Notes how far running jobs are. A job whose row another transaction holds at this moment is skipped, not waited for.
 * @param unsynced whether the commit may be lost in a crash of the server
 * @returns the ids of those whose fence no longer fits: they are another's by now, or ended.
 */
export async function writeProgress(
  db: Executor,
  given: readonly NewProgress[],
  { unsynced }: { unsynced: boolean },
): Promise<readonly string[]> {
  const parameters = [
    given.map(({ id }) => id),
    given.map(({ fence }) => fence),
    given.map(({ progress }) => progress),
    unsynced,
  ]
  const lost = await db.query<{ id: string }>(WRITE_PROGRESS, parameters, { prepared: true })
  return lost.map(({ id }) => id)
}

// A handler that finishes its job in a transaction of its own holds the row until it commits: it is not lost meanwhile.
const WRITE_PROGRESS = /* sql */ `
-- write progress: arrays of $1 ids, $2 fences, $3 progress; $4 whether the commit need not be synced
WITH mode AS MATERIALIZED (
  SELECT CASE WHEN $4::boolean THEN set_config('synchronous_commit', 'off', true) END
),
given AS MATERIALIZED (
  SELECT id, fence, progress FROM mode, unnest($1::uuid[], $2::uuid[], $3::text[]) AS given (id, fence, progress)
),
mine AS MATERIALIZED (
  SELECT job.id, given.progress
  FROM given JOIN linehaul.job ON job.id = given.id AND job.fence = given.fence
  WHERE job.state = 'running'
  ORDER BY job.id
  FOR UPDATE OF job SKIP LOCKED
),
written AS (
  UPDATE linehaul.job SET progress = mine.progress::jsonb FROM mine WHERE job.id = mine.id
)
SELECT given.id::text AS "id"
FROM given
WHERE NOT EXISTS (SELECT FROM linehaul.job WHERE job.id = given.id AND job.fence = given.fence)`
