import type { Executor } from '../../database/index.js'
import type { Channel, Delivery } from '../delivery/delivery.js'
import type { DeliveryState } from '../delivery/delivery-state.js'

/**
 * The state as it really is: who was sending and is not at it any more has left it. A mail is in doubt then; what a webhook is
 * told is told again by the next attempt, and has failed if there is none.
 */
export const STATE = /* sql */ `
CASE
  WHEN delivery.state <> 'sending' OR EXISTS (
    SELECT FROM linehaul.job
    WHERE job.id = delivery.job_id AND job.state = 'running' AND job.attempt = delivery.job_attempt
  ) THEN delivery.state
  WHEN delivery.channel = 'email' THEN 'in-doubt'
  WHEN EXISTS (
    SELECT FROM linehaul.job WHERE job.id = delivery.job_id AND job.state NOT IN ('done', 'cancelled', 'dead')
  ) THEN 'pending'
  ELSE 'failed'
END`

/** What a {@link Delivery} is read from. */
export const COLUMNS = /* sql */ `
delivery.id::text AS "id", delivery.cause, delivery.recipient, delivery.notification_id::text AS "notificationId",
delivery.content, ${STATE} AS "state", delivery.attempts, delivery.error, delivery.answer,
delivery.message_id AS "messageId", delivery.created_at AS "createdAt", delivery.changed_at AS "changedAt",
delivery.sent_at AS "sentAt"`

export async function findDelivery(
  db: Executor,
  { tenantId, id, channel }: { tenantId: string; id: string; channel: Channel },
): Promise<Delivery | undefined> {
  const [found] = await db.query<Delivery>(FIND, [tenantId, id, channel])
  return found
}

const FIND = /* sql */ `
-- find delivery: $1 tenant, $2 id, $3 channel
SELECT ${COLUMNS}
FROM linehaul.delivery
WHERE tenant_id = $1 AND id = $2 AND channel = $3`

export interface DeliveryFilter {
  readonly tenantId: string
  readonly channel: Channel
  readonly state?: DeliveryState | undefined
  readonly recipient?: string | undefined
  readonly limit: number
  /** Those that were entered before the one of this id. */
  readonly after?: string | undefined
}

/** Newest first. */
export function listDeliveries(
  db: Executor,
  { tenantId, channel, state, recipient, limit, after }: DeliveryFilter,
): Promise<Delivery[]> {
  return db.query(LIST, [tenantId, channel, state ?? null, recipient ?? null, after ?? null, limit])
}

const LIST = /* sql */ `
-- list deliveries: $1 tenant, $2 channel, $3 state or null, $4 recipient or null, $5 before id or null, $6 limit
SELECT ${COLUMNS}
FROM linehaul.delivery
WHERE tenant_id = $1 AND channel = $2
  AND ($3::text IS NULL OR ${STATE} = $3)
  AND ($4::text IS NULL OR recipient = $4)
  AND ($5::uuid IS NULL OR id < $5)
ORDER BY delivery.id DESC
LIMIT $6`
