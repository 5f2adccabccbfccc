import type { Executor } from '../../database/index.js'
import type { WebhookPlace as Place } from '../webhook/webhook.js'

/** Something arrived there. */
export async function noteSuccess(db: Executor, { tenantId, id }: Place, now: Date): Promise<void> {
  await db.query(SUCCESS, [tenantId, id, now])
}

const SUCCESS = /* sql */ `
-- note success of webhook: $1 tenant, $2 id, $3 now
UPDATE linehaul.webhook SET failing_since = NULL, last_success_at = $3
WHERE tenant_id = $1 AND id = $2`

/**
 * Something did not.
 * @param forgetBefore where the last failure lies before that, nothing was tried since: it begins anew
 * @returns since when nothing has arrived, however often it was tried
 */
export async function noteFailure(
  db: Executor,
  { tenantId, id }: Place,
  { now, forgetBefore }: { now: Date; forgetBefore: Date },
): Promise<Date | undefined> {
  const [failing] = await db.query<{ since: Date }>(FAILURE, [tenantId, id, now, forgetBefore])
  return failing?.since
}

const FAILURE = /* sql */ `
-- note failure of webhook: $1 tenant, $2 id, $3 now, $4 forget before
UPDATE linehaul.webhook
SET failing_since = CASE WHEN last_failure_at >= $4 THEN coalesce(failing_since, $3) ELSE $3 END, last_failure_at = $3
WHERE tenant_id = $1 AND id = $2
RETURNING failing_since AS "since"`

/** @returns whether it was enabled until now */
export async function disableWebhook(db: Executor, { tenantId, id }: Place, why: string): Promise<boolean> {
  return (await db.query(DISABLE, [tenantId, id, why])).length > 0
}

const DISABLE = /* sql */ `
-- disable webhook: $1 tenant, $2 id, $3 why
UPDATE linehaul.webhook SET is_enabled = false, disabled_because = $3, updated_at = now()
WHERE tenant_id = $1 AND id = $2 AND is_enabled
RETURNING 1`
