import type { Executor } from '../../database/index.js'
import type { ThresholdChanges } from '../alert/thresholds.js'

/** What people decided about one queue's alerts. */
export interface ThresholdRow {
  readonly queue: string
  readonly changes: ThresholdChanges
  readonly changedAt: Date
  readonly changedBy: string
}

export function listThresholdRows(db: Executor, tenantId: string): Promise<readonly ThresholdRow[]> {
  return db.query<ThresholdRow>(LIST, [tenantId])
}

const LIST = /* sql */ `
-- list alert thresholds: $1 tenant
SELECT queue, changes, changed_at AS "changedAt", changed_by AS "changedBy"
FROM linehaul.alert_threshold WHERE tenant_id = $1`

export async function saveThresholds(
  db: Executor,
  {
    tenantId,
    queue,
    changes,
    by,
    now,
  }: {
    tenantId: string
    queue: string
    changes: ThresholdChanges
    by: string
    now: Date | null
  },
): Promise<void> {
  await db.query(SAVE, [tenantId, queue, JSON.stringify(changes), by, now])
}

const SAVE = /* sql */ `
-- save alert thresholds: $1 tenant, $2 queue, $3 changes, $4 by whom, $5 now or null
INSERT INTO linehaul.alert_threshold (tenant_id, queue, changes, changed_by, changed_at)
VALUES ($1, $2, $3::jsonb, $4, coalesce($5::timestamptz, now()))
ON CONFLICT (tenant_id, queue) DO UPDATE
SET changes = EXCLUDED.changes, changed_by = EXCLUDED.changed_by, changed_at = EXCLUDED.changed_at`

export async function deleteThresholds(db: Executor, tenantId: string, queue: string): Promise<void> {
  await db.query(DELETE, [tenantId, queue])
}

const DELETE = /* sql */ `
-- delete alert thresholds: $1 tenant, $2 queue
DELETE FROM linehaul.alert_threshold WHERE tenant_id = $1 AND queue = $2`
