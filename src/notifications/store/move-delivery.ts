import type { Executor } from '../../database/index.js'
import type { Delivery } from '../delivery/delivery.js'
import { statesBefore, type DeliveryState } from '../delivery/delivery-state.js'
import { COLUMNS, STATE } from './delivery-view.js'

/**
 * Takes a delivery to another state, by people or because its sender is gone; what its state is looks through to whether
 * whoever sends it still lives. What the last attempt was of is forgotten with that: one that is to be sent is due at once.
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

const MOVE = /* sql */ `
-- move delivery: $1 tenant, $2 id, $3 states it may be in, $4 state, $5 error
UPDATE linehaul.delivery
SET state = $4, error = $5, changed_at = now(), due_at = now(), claim = NULL, job_id = NULL, job_attempt = NULL,
    sent_at = CASE WHEN $4 = 'sent' THEN now() ELSE sent_at END
WHERE tenant_id = $1 AND id = $2 AND ${STATE} = ANY ($3)
  -- what a person gave up is not kept for want of a mail server
  AND ($4 <> 'kept' OR state <> 'failed' OR job_id IS NOT NULL)
RETURNING ${COLUMNS}`

/** Has one that is pending wait until `dueAt`, for its job does. */
export async function deferDelivery(
  db: Executor,
  { tenantId, id }: { tenantId: string; id: string },
  dueAt: Date,
): Promise<void> {
  await db.query(DEFER, [tenantId, id, dueAt])
}

const DEFER = /* sql */ `
-- defer delivery: $1 tenant, $2 id, $3 due at
UPDATE linehaul.delivery
SET due_at = $3, changed_at = now()
WHERE tenant_id = $1 AND id = $2 AND state = 'pending'`

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
SET state = 'pending', changed_at = now(), due_at = now(), job_id = NULL, job_attempt = NULL
FROM kept
WHERE delivery.id = kept.id
RETURNING delivery.id::text AS "id"`
