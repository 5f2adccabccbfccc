import type { Executor } from '../../database/index.js'

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
