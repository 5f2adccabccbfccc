import type { Executor } from '../../../../database/index.js'

/** What ends a pending suggestion. */
export interface Decided {
  id: string
  status: 'accepted' | 'rejected'
  by: string | null
  reason: string | null
  /** Of an accepted one. */
  laneId: string | null
  now: Date
}

/** The caller has locked the suggestion and seen that it is pending. */
export async function markDecided(tx: Executor, tenantId: string, decided: Decided): Promise<void> {
  const { id, status, by, reason, laneId, now } = decided
  await tx.query(MARK, [tenantId, id, status, by, reason, laneId, now])
}

const MARK = /* sql */ `
-- mark suggestion decided: $1 tenant, $2 id, $3 status, $4 by or null, $5 reason or null, $6 lane or null, $7 now
UPDATE linehaul.lane_suggestion
SET status = $3, decided_by = $4, reason = $5, dedicated_lane_id = $6::uuid, decided_at = $7, updated_at = $7
WHERE tenant_id = $1 AND id = $2::uuid`
