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

/** What waits for somebody goes out with one mail. */
export interface Taken {
  readonly deliveryId: string
  readonly now: Date
  /** So many are told, the oldest. */
  readonly most: number
  /** Of each message so many characters. */
  readonly mostOfOne: number
}

/** All of it is taken. @returns those that are told, oldest first, and how many there are; those that are over left out */
export async function takeDigestItems(
  tx: Executor,
  { tenantId, userId }: InboxOwner,
  { deliveryId, now, most, mostOfOne }: Taken,
): Promise<{ items: readonly DigestItem[]; count: number }> {
  const rows = await tx.query<DigestItem & { count: number }>(TAKE, [
    ...[tenantId, userId, deliveryId, now, most, mostOfOne],
  ])
  return { items: rows, count: rows[0]?.count ?? 0 }
}

// Of all there are only the ids are held at once: their texts would fill the memory.
const TAKE = /* sql */ `
-- take digest items: $1 tenant, $2 user, $3 delivery, $4 now, $5 most that are told, $6 characters of each
WITH taken AS (
  UPDATE linehaul.digest_item
  SET delivery_id = $3::uuid
  WHERE tenant_id = $1 AND user_id = $2::uuid AND delivery_id IS NULL
  RETURNING notification_id
), told AS (
  SELECT notice.id, count(*) OVER () AS count
  FROM taken
  JOIN linehaul.notification AS notice ON notice.id = taken.notification_id
  WHERE notice.expires_at IS NULL OR notice.expires_at > $4
  ORDER BY notice.id
  LIMIT $5
)
SELECT notice.title, left(notice.message, $6) AS "message", notice.priority, notice.created_at AS "createdAt",
  told.count::int AS "count"
FROM told
JOIN linehaul.notification AS notice ON notice.id = told.id
ORDER BY told.id`
