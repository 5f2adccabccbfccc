import type { Executor } from '../../database/index.js'

/** Puts a notice into the inboxes that do not hold it yet. @returns whose they are */
export async function insertInboxItems(
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
-- insert inbox items: $1 notification, $2 tenant, $3 users
INSERT INTO linehaul.inbox_item (notification_id, tenant_id, user_id, is_critical)
SELECT notice.id, $2, unnest($3::uuid[]), notice.priority = 'critical'
FROM linehaul.notification AS notice WHERE notice.id = $1::uuid
ON CONFLICT (tenant_id, user_id, notification_id) DO NOTHING
RETURNING user_id::text AS "userId"`

/** Of some users, those who have neither read nor dismissed a notice. */
export async function selectUnread(
  db: Executor,
  {
    tenantId,
    notificationId,
    userIds,
  }: { tenantId: string; notificationId: string; userIds: readonly string[] },
): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>(SELECT_UNREAD, [tenantId, notificationId, userIds])
  return rows.map(({ userId }) => userId)
}

const SELECT_UNREAD = /* sql */ `
-- select unread: $1 tenant, $2 notification, $3 users
SELECT user_id::text AS "userId"
FROM linehaul.inbox_item
WHERE tenant_id = $1 AND user_id = ANY ($3::uuid[]) AND notification_id = $2::uuid
  AND read_at IS NULL AND dismissed_at IS NULL`
