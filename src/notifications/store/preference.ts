import type { Executor } from '../../database/index.js'
import type { InboxOwner } from './inbox.js'

/** As they were stored; `undefined`: never. */
export async function findPreferences(db: Executor, { tenantId, userId }: InboxOwner): Promise<unknown> {
  const [row] = await db.query<{ value: unknown }>(SELECT, [tenantId, userId])
  return row?.value
}

const SELECT = /* sql */ `
-- find preferences: $1 tenant, $2 user
SELECT value
FROM linehaul.notification_preference
WHERE tenant_id = $1 AND user_id = $2::uuid`

/** Those of some users who have ever stored any. */
export async function selectPreferences(
  db: Executor,
  tenantId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const rows = await db.query<{ userId: string; value: unknown }>(SELECT_MANY, [tenantId, userIds])
  return new Map(rows.map(({ userId, value }) => [userId, value]))
}

const SELECT_MANY = /* sql */ `
-- select preferences: $1 tenant, $2 users
SELECT user_id::text AS "userId", value
FROM linehaul.notification_preference
WHERE tenant_id = $1 AND user_id = ANY ($2::uuid[])`

export async function savePreferences(
  db: Executor,
  { tenantId, userId }: InboxOwner,
  value: object,
): Promise<void> {
  await db.query(SAVE, [tenantId, userId, JSON.stringify(value)])
}

const SAVE = /* sql */ `
-- save preferences: $1 tenant, $2 user, $3 value
INSERT INTO linehaul.notification_preference (tenant_id, user_id, value)
VALUES ($1, $2::uuid, $3::jsonb)
ON CONFLICT (tenant_id, user_id) DO UPDATE SET value = excluded.value, updated_at = now()`
