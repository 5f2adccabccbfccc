import type { Executor } from '../../database/index.js'
import type { ClaimedJob } from './claim.js'
import { insertJobs } from './insert.js'
import { inBothForms, NEW_COLUMNS, NEW_STATE, NEW_VALUES, queryNew, type NewJob } from './new-jobs.js'

/** Who is to run some of the jobs. */
export interface Runner {
  readonly workerId: string
  /** A fresh UUID: whoever ends these attempts must name it. */
  readonly fence: string
  /** For each job in order whether it may be this worker's at once: it is due, and has no limit. */
  readonly mayRun: readonly boolean[]
}

/**
 * Inserts jobs without a unique key, and those that may run at once, and whose queue is empty and not paused, as running: no
 * claim has to find them.
 * @returns the running ones, in their order; none without a `runner`
 */
export async function insertPlain(
  db: Executor,
  jobs: readonly NewJob[],
  runner: Runner | undefined,
  now: Date | null,
): Promise<readonly ClaimedJob[]> {
  if (runner) return insertRunning(db, jobs, runner, now)
  await insertJobs(db, 'none', jobs, now)
  return []
}

async function insertRunning(
  db: Executor,
  jobs: readonly NewJob[],
  { workerId, fence, mayRun }: Runner,
  now: Date | null,
): Promise<readonly ClaimedJob[]> {
  const begun = await queryNew<Begun>(db, INSERT_RUNNING, jobs, now, mayRun, workerId, fence)
  const rows = new Map(jobs.map((row) => [row.id, row]))
  return begun.sort((a, b) => a.seq - b.seq).map((one) => claimed(rows.get(one.id) as NewJob, one, fence))
}

type Begun = Pick<ClaimedJob, 'id' | 'seq' | 'runAtMs' | 'createdAtMs' | 'claimedAtMs'>

/** What a claim would have read of it. Named one by one: copied together they take 40 us longer. */
function claimed(row: NewJob, begun: Begun, fence: string): ClaimedJob {
  return {
    id: row.id,
    seq: begun.seq,
    tenantId: row.tenantId,
    queue: row.queue,
    name: row.name,
    priority: row.priority,
    runAtMs: begun.runAtMs,
    createdAtMs: begun.createdAtMs,
    claimedAtMs: begun.claimedAtMs,
    maxAttempts: row.maxAttempts,
    actor: row.actor,
    correlationId: row.correlationId,
    subject: row.subject,
    payload: JSON.parse(row.payload) as unknown,
    retry: row.retry === null ? null : (JSON.parse(row.retry) as ClaimedJob['retry']),
    context: row.context === null ? null : (JSON.parse(row.context) as ClaimedJob['context']),
    attempt: 1,
    losses: 0,
    limitKeys: null,
    fence,
    endsRound: false,
  }
}

// Without OFFSET 0 whether it runs would be found out anew for each column that depends on it.
const INSERT_RUNNING = inBothForms(
  (rows, queues) => /* sql */ `
-- insert jobs, some as running: $22 whether each may run at once, or null, $23 worker id, $24 fence; and
${rows},
empty_queue AS MATERIALIZED (
  SELECT queue
  FROM (${queues}) AS asked(queue)
  WHERE NOT EXISTS (SELECT FROM linehaul.job WHERE job.state = 'waiting' AND losses = 0 AND job.queue = asked.queue)
),
made AS (
  INSERT INTO linehaul.job (${NEW_COLUMNS}, state, attempt, worker_id, fence, claimed_at)
  SELECT ${NEW_VALUES},
         CASE WHEN runs THEN 'running' ELSE ${NEW_STATE} END,
         runs::int,
         CASE WHEN runs THEN $23::uuid END,
         CASE WHEN runs THEN $24::uuid END,
         CASE WHEN runs THEN now END
  FROM new, LATERAL (
    SELECT coalesce(($22::boolean[])[position], false) AND queue IN (SELECT queue FROM empty_queue) AND NOT EXISTS (
      SELECT FROM linehaul.pause
      WHERE pause.tenant_id IN ('', new.tenant_id) AND pause.queue IN ('', new.queue) AND pause.name IN ('', new.name)
    ) AS runs
    OFFSET 0
  ) AS how
  ORDER BY position
  RETURNING id, seq, run_at, created_at, claimed_at
)
SELECT id::text AS "id", seq::float8 AS "seq", date_part('epoch', run_at) * 1000 AS "runAtMs",
       date_part('epoch', created_at) * 1000 AS "createdAtMs", date_part('epoch', claimed_at) * 1000 AS "claimedAtMs"
FROM made
WHERE claimed_at IS NOT NULL`,
)
