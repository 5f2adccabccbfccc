import type { Executor } from '../../database/index.js'
import type { StandingPause } from './pause.js'

export interface PauseEntry extends StandingPause {
  /** `null`, both of them: it stands. */
  readonly resumedBy: string | null
  readonly resumedAt: Date | null
}

/** Pauses that stand or are over, the newest first; what is `undefined` may be anything. */
export function listPauseHistory(
  db: Executor,
  which: {
    tenantId: string | undefined
    queue: string | undefined
    names: readonly string[] | undefined
    /** Under which no standing pause is told, for it is told under the definition's own name. */
    former: readonly string[]
    limit: number
  },
): Promise<readonly PauseEntry[]> {
  const { tenantId = null, queue = null, names = null, former, limit } = which
  return db.query<PauseEntry>(LIST_HISTORY, [tenantId, queue, names, former, limit])
}

const LIST_HISTORY = /* sql */ `
-- list pause history: $1 tenant, $2 queue, $3 names, each null for any; $4 former names, $5 limit
SELECT tenant_id AS "tenantId", queue, name, paused_by AS "by", reason, paused_at AS "at",
       resumed_by AS "resumedBy", resumed_at AS "resumedAt"
FROM (
  SELECT id, tenant_id, queue, name, paused_by, reason, paused_at, resumed_by, resumed_at FROM linehaul.pause_history
  UNION ALL
  SELECT NULL, tenant_id, queue, name, paused_by, reason, paused_at, NULL, NULL
  FROM linehaul.pause WHERE name <> ALL ($4::text[])
) AS pause
WHERE ($1::text IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR queue = $2)
  AND ($3::text[] IS NULL OR name = ANY ($3))
ORDER BY paused_at DESC, id DESC, tenant_id, queue, name
LIMIT $5`
