import type { Executor } from '../../database/index.js'
import type { InboxItem, InboxOwner } from './inbox.js'

export async function updateInboxItem(
  tx: Executor,
  { tenantId, userId }: InboxOwner,
  { id, readAt, dismissedAt, acknowledgedAt }: InboxItem,
): Promise<void> {
  await tx.query(UPDATE, [tenantId, userId, id, readAt, dismissedAt, acknowledgedAt])
}

const UPDATE = /* sql */ `
-- update inbox item: $1 tenant, $2 user, $3 notification, $4 read at or null, $5 dismissed at or null, $6 acknowledged at or null
UPDATE linehaul.inbox_item
SET read_at = $4, dismissed_at = $5, acknowledged_at = $6
WHERE tenant_id = $1 AND user_id = $2::uuid AND notification_id = $3::uuid`

/** @returns how many were unread */
export async function markAllRead(
  tx: Executor,
  { tenantId, userId }: InboxOwner,
  { upTo, now }: { upTo: string | null; now: Date },
): Promise<number> {
  const rows = await tx.query(READ_ALL, [tenantId, userId, now, upTo])
  return rows.length
}

const READ_ALL = /* sql */ `
-- read all: $1 tenant, $2 user, $3 now, $4 newest that is meant or null
UPDATE linehaul.inbox_item
SET read_at = $3
WHERE tenant_id = $1 AND user_id = $2::uuid AND read_at IS NULL
  AND ($4::uuid IS NULL OR notification_id <= $4)
RETURNING 1`

/** @returns which of them the owner has */
export async function markDelivered(
  db: Executor,
  { tenantId, userId }: InboxOwner,
  ids: readonly string[],
  now: Date,
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(DELIVERED, [tenantId, userId, ids, now])
  return rows.map(({ id }) => id)
}

const DELIVERED = /* sql */ `
-- mark delivered: $1 tenant, $2 user, $3 notifications, $4 now
WITH marked AS (
  UPDATE linehaul.inbox_item
  SET delivered_at = $4
  WHERE tenant_id = $1 AND user_id = $2::uuid AND notification_id = ANY ($3::uuid[]) AND delivered_at IS NULL
)
SELECT notification_id::text AS "id"
FROM linehaul.inbox_item
WHERE tenant_id = $1 AND user_id = $2::uuid AND notification_id = ANY ($3::uuid[])`
