import type { Executor } from '../../database/index.js'
import type { Channel, Delivery } from '../delivery/delivery.js'
import { statesBefore, type DeliveryState } from '../delivery/delivery-state.js'

/**
 * Takes a delivery to another state, by people or because its sender is gone; what its state is looks through to whether
 * whoever sends it still lives.
 * @returns what it is now, or `undefined` where it was in none of the states
 */
export async function moveDelivery(
  db: Executor,
  { tenantId, id }: { tenantId: string; id: string },
  { from, to, error }: { from: readonly DeliveryState[]; to: DeliveryState; error: string | null },
): Promise<Delivery | undefined> {
  const allowed = from.filter((state) => statesBefore(to).includes(state))
  const [moved] = await db.query<Delivery>(MOVE, [tenantId, id, allowed, to, error])
  return moved
}

/**
 * The state as it really is: who was sending and is not at it any more has left it. A mail is in doubt then; what a webhook is
 * told is told again by the next attempt, and has failed if there is none.
 */
const STATE = /* sql */ `
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

/** What an attempt was sending that is over, is in doubt from now on: one of the job `jobId`, which has another attempt now, or of one that does not run. */
export async function doubtDelivery(
  db: Executor,
  { tenantId, id, jobId, why }: { tenantId: string; id: string; jobId: string; why: string },
): Promise<void> {
  await db.query(DOUBT, [tenantId, id, jobId, why])
}

const DOUBT = /* sql */ `
-- doubt delivery: $1 tenant, $2 id, $3 job, $4 why
UPDATE linehaul.delivery
SET state = 'in-doubt', error = $4, changed_at = now()
WHERE tenant_id = $1 AND id = $2 AND channel = 'email' AND state = 'sending'
  AND (job_id = $3 OR ${STATE} = 'in-doubt')`

const COLUMNS = /* sql */ `
delivery.id::text AS "id", delivery.cause, delivery.recipient, delivery.notification_id::text AS "notificationId",
delivery.content, ${STATE} AS "state", delivery.attempts, delivery.error, delivery.answer,
delivery.message_id AS "messageId", delivery.created_at AS "createdAt", delivery.changed_at AS "changedAt",
delivery.sent_at AS "sentAt"`

const MOVE = /* sql */ `
-- move delivery: $1 tenant, $2 id, $3 states it may be in, $4 state, $5 error
UPDATE linehaul.delivery
SET state = $4, error = $5, changed_at = now(), claim = NULL,
    sent_at = CASE WHEN $4 = 'sent' THEN now() ELSE sent_at END
WHERE tenant_id = $1 AND id = $2 AND ${STATE} = ANY ($3)
RETURNING ${COLUMNS}`

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
ORDER BY id DESC
LIMIT $6`

/** Gives up to `limit` kept mails of a tenant back to be sent, the oldest first. @returns their ids */
export async function takeKept(db: Executor, tenantId: string, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(TAKE_KEPT, [tenantId, limit])
  return rows.map(({ id }) => id)
}

const TAKE_KEPT = /* sql */ `
-- take kept mails: $1 tenant, $2 limit
WITH kept AS MATERIALIZED (
  SELECT id FROM linehaul.delivery
  WHERE tenant_id = $1 AND state = 'kept'
  ORDER BY id
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)
UPDATE linehaul.delivery
SET state = 'pending', changed_at = now()
FROM kept
WHERE delivery.id = kept.id
RETURNING delivery.id::text AS "id"`

/** How many of a tenant's there are in each state. */
export function countDeliveries(
  db: Executor,
  tenantId: string,
): Promise<{ channel: Channel; state: DeliveryState; count: number }[]> {
  return db.query(COUNT, [tenantId])
}

const COUNT = /* sql */ `
-- count deliveries: $1 tenant
SELECT delivery.channel, ${STATE} AS "state", count(*)::int AS "count"
FROM linehaul.delivery
WHERE tenant_id = $1
GROUP BY 1, 2`

/** Of what has not come to its end, over all tenants. No more than `most` are looked at. */
export function countUnsettled(
  db: Executor,
  most: number,
): Promise<{ channel: Channel; state: DeliveryState; count: number }[]> {
  return db.query(COUNT_UNSETTLED, [most])
}

const COUNT_UNSETTLED = /* sql */ `
-- count unsettled deliveries: $1 most to look at
SELECT channel, state, count(*)::int AS "count"
FROM (
  SELECT delivery.channel, ${STATE} AS state
  FROM linehaul.delivery WHERE state IN ('kept', 'sending', 'in-doubt') LIMIT $1
) AS looked
WHERE state IN ('kept', 'sending', 'in-doubt')
GROUP BY 1, 2`
