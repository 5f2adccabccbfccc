import type { Executor } from '../../database/index.js'
import type { Channel, Delivery } from '../delivery/delivery.js'
import { DELIVERY_STATES, type DeliveryState } from '../delivery/delivery-state.js'

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

/** Since people moved it, or nobody has tried it yet, its own time holds; after an attempt that of the job that made it. */
const DUE = /* sql */ `
CASE
  WHEN delivery.state <> 'pending' THEN NULL
  WHEN delivery.job_id IS NULL THEN delivery.due_at
  ELSE (SELECT job.run_at FROM linehaul.job WHERE job.id = delivery.job_id)
END`

/** What a {@link Delivery} is read from. */
export const COLUMNS = /* sql */ `
delivery.id::text AS "id", delivery.cause, delivery.recipient, delivery.notification_id::text AS "notificationId",
delivery.content, ${STATE} AS "state", delivery.attempts, delivery.error, delivery.answer,
delivery.message_id AS "messageId", delivery.created_at AS "createdAt", delivery.changed_at AS "changedAt",
delivery.sent_at AS "sentAt", ${DUE} AS "dueAt"`

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

/** In which states one may lie that is in `state`, or in any; see {@link STATE}. */
export function storedStates(state: DeliveryState | undefined): readonly DeliveryState[] {
  if (state === undefined) return DELIVERY_STATES
  return state === 'pending' || state === 'failed' || state === 'in-doubt' ? [state, 'sending'] : [state]
}

/**
 * The newest deliveries of tenant $1 for which `where` holds: the newest of each of the states $2, in which they lie, and
 * then the newest of these, so that an index that ends in `state, id` leads to them whatever else there is. $3 state or null,
 * $4 before id or null, $5 limit.
 */
export const newestDeliveries = (where: string) => /* sql */ `(
  SELECT found.*
  FROM unnest($2::text[]) AS lying (state)
  CROSS JOIN LATERAL (
    SELECT * FROM linehaul.delivery
    WHERE tenant_id = $1 AND ${where}
      -- One state, said as a range of the index. As equal, the planner may take the newest of all, and look for some among them.
      AND state >= lying.state
      AND (state, id) < (lying.state, coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      AND (state <> 'sending' OR $3::text IS NULL OR ${STATE} = $3)
    ORDER BY delivery.state DESC, delivery.id DESC
    LIMIT $5
  ) AS found
  ORDER BY found.id DESC
  LIMIT $5
) AS delivery`

export interface DeliveryFilter {
  readonly tenantId: string
  readonly recipient: string
  readonly state?: DeliveryState | undefined
  readonly limit: number
  /** Those that were entered before the one of this id. */
  readonly after?: string | undefined
}

/** To one recipient, newest first. */
export function listDeliveries(
  db: Executor,
  { tenantId, recipient, state, limit, after }: DeliveryFilter,
): Promise<Delivery[]> {
  return db.query(LIST, [tenantId, storedStates(state), state ?? null, after ?? null, limit, recipient])
}

const LIST = /* sql */ `
-- list deliveries: $1 tenant, $2 states in which they lie, $3 state or null, $4 before id or null, $5 limit, $6 recipient
SELECT ${COLUMNS}
FROM ${newestDeliveries('recipient = $6')}
ORDER BY delivery.id DESC`
