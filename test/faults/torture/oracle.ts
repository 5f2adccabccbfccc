/** The tables of the oracle. Nothing keeps a job from leaving two rows, so that it is seen when it does. */
export const TABLES = `
CREATE TABLE public.effect (job_id uuid, name text, key text, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE public.own_row (row_id uuid, job_id uuid)`

export const EFFECTS = `
SELECT job_id::text AS "jobId", name, key, (1000 * extract(epoch FROM at))::float8 AS "atMs" FROM public.effect`

export const OWN_ROWS = `SELECT row_id::text AS "rowId", job_id::text AS "jobId" FROM public.own_row`

/** A few of the jobs that are not through yet: when to look, and not what to find. */
export const OPEN = `
SELECT id::text AS "id", name, state, attempt, losses::int AS "losses"
FROM linehaul.job WHERE name LIKE 'torture.%' ORDER BY created_at LIMIT 5`

export interface OpenJob {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly attempt: number
  readonly losses: number
}

export const GAVE_UP = `
SELECT id::text AS "id" FROM linehaul.job_archive WHERE state = 'dead' AND error->>'code' = 'JOBS_LOST'`

/** What the engine says of a job that is missing, for whoever looks for the cause. */
export const EXPLAIN = `
SELECT id::text AS "id", name, state, attempt, losses::int AS "losses", run_at AS "runAt", attempts
FROM (SELECT id, name, state, attempt, losses, run_at, attempts FROM linehaul.job
      UNION ALL SELECT id, name, state, attempt, losses, run_at, attempts FROM linehaul.job_archive) AS job
WHERE id = ANY ($1::uuid[])`
