import type { Executor } from '../../database/index.js'
import type { Fault } from '../attempt/classify.js'
import type { JobState } from '../state.js'
import type { ScheduleKey } from './schedule.js'
import type { Tick } from './schedule-tick.js'

/** How the job of a tick went. */
export interface TickRun {
  readonly state: JobState
  /** When its first attempt began that is remembered; `null`: none has. */
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly result: unknown
  readonly error: Fault | null
}

/** A tick, and how its job went. */
export interface PastTick extends Tick, ScheduleKey {
  /** Later ticks have greater ones. */
  readonly seq: string
  /** `null`: it made no job, or that has been forgotten. */
  readonly run: TickRun | null
}

export interface TickSelection {
  readonly tenantId: string
  readonly jobName?: string | undefined
  readonly scheduleName?: string | undefined
  /** Only ticks before the one of that `seq`. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Ticks of one schedule, or of all of a tenant; newest first. */
export function listPastTicks(
  db: Executor,
  { tenantId, jobName, scheduleName, after, limit }: TickSelection,
): Promise<readonly PastTick[]> {
  const parameters: unknown[] = [tenantId, limit]
  const conditions = [
    ['job_name =', jobName],
    ['schedule_name =', scheduleName],
    ['seq <', after],
  ] as const
  const where = conditions.flatMap(([condition, value]) =>
    value === undefined ? [] : [`AND ${condition} $${parameters.push(value)}`],
  )
  const sql = /* sql */ `
-- list past ticks: $1 tenant, $2 limit, and one for each filter that is given
SELECT ${TICK}, ${RUN}
FROM (
  SELECT * FROM linehaul.schedule_tick WHERE tenant_id = $1 ${where.join(' ')} ORDER BY seq DESC LIMIT $2
) AS tick ${JOB_OF_TICK}
ORDER BY tick.seq DESC`
  return withRuns(db.query(sql, parameters))
}

/** The last tick of each schedule of a tenant that made a job. */
export function listLastRuns(db: Executor, tenantId: string): Promise<readonly PastTick[]> {
  return withRuns(db.query(LAST_RUNS, [tenantId]))
}

type Row = Omit<PastTick, 'run'> & { [Field in keyof TickRun]: TickRun[Field] | null }

async function withRuns(rows: Promise<readonly Row[]>): Promise<readonly PastTick[]> {
  return (await rows).map(({ state, startedAt, endedAt, result, error, ...tick }) => ({
    ...tick,
    run: state && { state, startedAt, endedAt, result, error },
  }))
}

const TICK = /* sql */ `tick.job_name AS "jobName", tick.schedule_name AS "scheduleName", tick.tenant_id AS "tenantId",
tick.seq::text AS "seq", tick.at, tick.outcome, tick.job_id::text AS "jobId", tick.run_by AS "by"`

const RUN = /* sql */ `run.state, run.started_at AS "startedAt", run.ended_at AS "endedAt", run.result, run.error`

const STARTED = /* sql */ `coalesce((attempts -> 0 ->> 'startedAt')::timestamptz, claimed_at) AS started_at`

// A job lies in one of the two tables.
const JOB_OF_TICK = /* sql */ `LEFT JOIN LATERAL (
  SELECT state, ${STARTED}, NULL::timestamptz AS ended_at, NULL::jsonb AS result, NULL::jsonb AS error
  FROM linehaul.job WHERE job.id = tick.job_id
  UNION ALL
  SELECT state, ${STARTED}, finished_at, result, error
  FROM linehaul.job_archive WHERE job_archive.id = tick.job_id
  LIMIT 1
) AS run ON true`

const LAST_RUNS = /* sql */ `
-- list last runs: $1 tenant
SELECT ${TICK}, ${RUN}
FROM linehaul.schedule CROSS JOIN LATERAL (
  SELECT * FROM linehaul.schedule_tick AS made
  WHERE (made.job_name, made.schedule_name, made.tenant_id)
      = (schedule.job_name, schedule.schedule_name, schedule.tenant_id)
    AND outcome = 'enqueued'
  ORDER BY seq DESC
  LIMIT 1
) AS tick ${JOB_OF_TICK}
WHERE schedule.tenant_id = $1`
