import type { Executor } from '../../database/index.js'
import type { DigestItem } from '../digest/write-digest.js'
import type { InboxOwner } from './inbox.js'

/** Has a notice wait for the next digests of those who do not know it yet. @returns whose they are */
export async function insertDigestItems(
  db: Executor,
  {
    tenantId,
    notificationId,
    userIds,
  }: { tenantId: string; notificationId: string; userIds: readonly string[] },
): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>(INSERT, [notificationId, tenantId, userIds])
  return rows.map(({ userId }) => userId)
}

const INSERT = /* sql */ `
-- insert digest items: $1 notification, $2 tenant, $3 users
INSERT INTO linehaul.digest_item (notification_id, tenant_id, user_id)
SELECT $1::uuid, $2, unnest($3::uuid[])
ON CONFLICT (tenant_id, user_id, notification_id) DO NOTHING
RETURNING user_id::text AS "userId"`

/** Whether anything waits for somebody's next digest. */
export async function hasDigestItems(db: Executor, { tenantId, userId }: InboxOwner): Promise<boolean> {
  return (await db.query(HAS, [tenantId, userId])).length > 0
}

const HAS = /* sql */ `
-- has digest items: $1 tenant, $2 user
SELECT 1
FROM linehaul.digest_item
WHERE tenant_id = $1 AND user_id = $2::uuid AND delivery_id IS NULL
LIMIT 1`

/** What waits for somebody's digest goes out with a mail. @returns the notices of it, oldest first, those that are over left out */
export function takeDigestItems(
  tx: Executor,
  { tenantId, userId }: InboxOwner,
  { deliveryId, now }: { deliveryId: string; now: Date },
): Promise<DigestItem[]> {
  return tx.query<DigestItem>(TAKE, [tenantId, userId, deliveryId, now])
}

const TAKE = /* sql */ `
-- take digest items: $1 tenant, $2 user, $3 delivery, $4 now
WITH taken AS (
  UPDATE linehaul.digest_item
  SET delivery_id = $3::uuid
  WHERE tenant_id = $1 AND user_id = $2::uuid AND delivery_id IS NULL
  RETURNING notification_id
)
SELECT notice.title, notice.message, notice.priority, notice.created_at AS "createdAt"
FROM taken
JOIN linehaul.notification AS notice ON notice.id = taken.notification_id
WHERE notice.expires_at IS NULL OR notice.expires_at > $4
ORDER BY notice.id`
