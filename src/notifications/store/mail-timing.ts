import type { Executor } from '../../database/index.js'
import type { Priority } from '../notice.js'

/** What says when a mail to somebody with an account may go out. */
export interface MailTiming {
  readonly userId: string
  /** `null` where it tells none, or one that is gone. */
  readonly notice: { readonly priority: Priority; readonly expiresAt: Date | null } | null
  /** Since when it is to be sent. */
  readonly dueAt: Date
}

/** @returns nothing of a mail to an address */
export async function findMailTiming(
  db: Executor,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<MailTiming | undefined> {
  const [row] = await db.query<Row>(FIND, [tenantId, id])
  if (!row) return undefined
  const { userId, dueAt, priority, expiresAt } = row
  return { userId, dueAt, notice: priority && { priority, expiresAt } }
}

interface Row {
  readonly userId: string
  readonly dueAt: Date
  readonly priority: Priority | null
  readonly expiresAt: Date | null
}

const FIND = /* sql */ `
-- find timing of mail: $1 tenant, $2 id
SELECT substr(delivery.recipient, 6) AS "userId", delivery.due_at AS "dueAt", notice.priority,
  notice.expires_at AS "expiresAt"
FROM linehaul.delivery
LEFT JOIN linehaul.notification AS notice
  ON notice.id = delivery.notification_id AND notice.tenant_id = delivery.tenant_id
WHERE delivery.tenant_id = $1 AND delivery.id = $2 AND delivery.channel = 'email' AND delivery.recipient LIKE 'user:%'`
