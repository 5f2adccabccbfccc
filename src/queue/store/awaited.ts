import type { Executor } from '../../database/index.js'
import type { Fault } from '../attempt/classify.js'
import type { JobState } from '../state.js'

/** A job that another one waited for, as it stands now. */
export interface AwaitedJob {
  readonly id: string
  /** `null` when it is gone. */
  readonly name: string | null
  /** `'gone'`: deleted, or forgotten after its time. Not final only if somebody has replayed it since. */
  readonly state: JobState | 'gone'
  /** What its handler returned; `null` unless it is done. */
  readonly result: unknown
  /** Why it is dead or cancelled. */
  readonly error: Fault | null
}

/** All that a job has waited for, as far as it is of its tenant, in the order in which it named them. */
export function listAwaited(
  db: Executor,
  { id, tenantId }: { id: string; tenantId: string },
): Promise<readonly AwaitedJob[]> {
  return db.query<AwaitedJob>(LIST_AWAITED, [id, tenantId])
}

const LIST_AWAITED = /* sql */ `
-- list awaited: $1 waiter, $2 its tenant
SELECT awaited_id::text AS "id", coalesce(archived.name, job.name) AS "name",
       coalesce(archived.state, job.state, 'gone') AS "state", archived.result, archived.error
FROM linehaul.job_wait
LEFT JOIN linehaul.job ON job.id = awaited_id AND job.tenant_id = $2
LEFT JOIN LATERAL (
  SELECT name, state, result, error FROM linehaul.job_archive
  WHERE job_archive.id = awaited_id AND job_archive.tenant_id = $2
  LIMIT 1
) AS archived ON true
WHERE waiter_id = $1
ORDER BY position`
