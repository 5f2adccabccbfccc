import type { Executor } from '../../database/index.js'
import type { JobState } from '../state.js'
import type { Progress } from './progress.js'

/** Where a job stands, without what it is about. */
export interface Standing {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly state: JobState
  /** Attempts begun. */
  readonly attempt: number
  /** How far its last attempt said it was. */
  readonly progress: Progress | null
}

/** Of all tenants; those that are not there are left out. */
export function listStandings(db: Executor, ids: readonly string[]): Promise<readonly Standing[]> {
  return db.query<Standing>(LIST_STANDINGS, [ids])
}

const COLUMNS = /* sql */ `id::text AS "id", tenant_id AS "tenantId", name, state, attempt, progress`

const LIST_STANDINGS = /* sql */ `
-- list standings: $1 ids
SELECT ${COLUMNS} FROM linehaul.job WHERE id = ANY ($1::uuid[])
UNION ALL
SELECT ${COLUMNS} FROM linehaul.job_archive WHERE id = ANY ($1::uuid[])`
