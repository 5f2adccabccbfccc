import type { Executor } from '../../../../database/index.js'

export interface Withdrawal {
  id: string
  reason: string
}

/** Expires pending suggestions, unless a later analysis than the one at `now` has confirmed them. @returns which. */
export async function withdrawSuggestions(
  tx: Executor,
  tenantId: string,
  withdrawals: readonly Withdrawal[],
  now: Date,
): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(WITHDRAW, [
    tenantId,
    withdrawals.map(({ id }) => id),
    withdrawals.map(({ reason }) => reason),
    now,
  ])
  return rows.map(({ id }) => id)
}

const WITHDRAW = /* sql */ `
-- withdraw suggestions: $1 tenant, $2 ids, $3 reasons, $4 now
UPDATE linehaul.lane_suggestion AS stored
SET status = 'expired', reason = given.reason, decided_at = $4, updated_at = $4
FROM unnest($2::uuid[], $3::text[]) AS given (id, reason)
WHERE stored.tenant_id = $1
  AND stored.id = given.id
  AND stored.status = 'pending'
  AND stored.analyzed_at <= $4
RETURNING stored.id::text AS "id"`

/** Expires every pending suggestion whose time is over. @returns which. */
export async function expireLapsed(
  db: Executor,
  tenantId: string,
  now: Date,
  reason: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(EXPIRE, [tenantId, now, reason])
  return rows.map(({ id }) => id)
}

// Locked in order of the id, as an analysis does.
const EXPIRE = /* sql */ `
-- expire lapsed suggestions: $1 tenant, $2 now, $3 reason
WITH lapsed AS MATERIALIZED (
  SELECT id
  FROM linehaul.lane_suggestion
  WHERE tenant_id = $1 AND status = 'pending' AND expires_at <= $2
  ORDER BY id
  FOR NO KEY UPDATE
)
UPDATE linehaul.lane_suggestion AS stored
SET status = 'expired', reason = $3, decided_at = $2, updated_at = $2
FROM lapsed
WHERE stored.tenant_id = $1 AND stored.id = lapsed.id
RETURNING stored.id::text AS "id"`
