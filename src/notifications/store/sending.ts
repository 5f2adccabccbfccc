import type { Executor } from '../../database/index.js'
import type { ClaimedDelivery, Ending, Sender } from '../delivery/delivery.js'
import { statesBefore, type DeliveryState } from '../delivery/delivery-state.js'

/**
 * Marks a delivery as being sent, before anything is. Of rivals one gets it; what a person gave up, nobody does: no attempt has
 * failed then.
 * @param from in which states it may be; default those from which an attempt may begin
 */
export async function claimDelivery(
  db: Executor,
  { tenantId, id }: { tenantId: string; id: string },
  { claim, sender, messageId }: { claim: string; sender: Sender; messageId: string },
  from: readonly DeliveryState[] = statesBefore('sending'),
): Promise<ClaimedDelivery | undefined> {
  const parameters = [tenantId, id, from, claim, sender.jobId, sender.number, messageId]
  const [claimed] = await db.query<Omit<ClaimedDelivery, 'claim'>>(CLAIM, parameters)
  return claimed && { ...claimed, claim }
}

const CLAIM = /* sql */ `
-- claim delivery: $1 tenant, $2 id, $3 states, $4 claim, $5 job, $6 its attempt, $7 message id for a first attempt
UPDATE linehaul.delivery
SET state = 'sending', claim = $4, job_id = $5, job_attempt = $6, attempts = attempts + 1,
    message_id = coalesce(message_id, $7), changed_at = now()
WHERE tenant_id = $1 AND id = $2 AND state = ANY ($3) AND (state <> 'failed' OR job_id IS NOT NULL)
RETURNING id::text AS "id", tenant_id AS "tenantId", recipient, notification_id::text AS "notificationId", content,
  answer, attempts, message_id AS "messageId", created_at AS "createdAt"`

/** Says how an attempt ended. @returns whether it was still this attempt's to say */
export async function endDelivery(
  db: Executor,
  { id, claim }: Pick<ClaimedDelivery, 'id' | 'claim'>,
  { state, error, answer }: Ending,
): Promise<boolean> {
  const parameters = [id, claim, statesBefore(state), state, error ?? null, JSON.stringify(answer ?? null)]
  return (await db.query(END, parameters)).length > 0
}

const END = /* sql */ `
-- end delivery: $1 id, $2 claim, $3 states before, $4 state, $5 error, $6 answer
UPDATE linehaul.delivery
SET state = $4, error = $5, answer = nullif($6::jsonb, 'null'), changed_at = now(),
    sent_at = CASE WHEN $4 = 'sent' THEN now() ELSE sent_at END
WHERE id = $1 AND claim = $2 AND state = ANY ($3)
RETURNING 1`
