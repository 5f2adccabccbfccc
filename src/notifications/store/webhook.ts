import type { Executor } from '../../database/index.js'
import type { Webhook, WebhookSettings } from '../webhook/webhook.js'

interface Place {
  readonly tenantId: string
  readonly id: string
}

const COLUMNS = /* sql */ `
id::text AS "id", url, events, description, is_enabled AS "isEnabled", disabled_because AS "disabledBecause",
former_secret_until AS "formerSecretUntil", failing_since AS "failingSince", last_success_at AS "lastSuccessAt",
created_at AS "createdAt", created_by AS "createdBy"`

export async function insertWebhook(
  db: Executor,
  { tenantId, id }: Place,
  { url, events, description, isEnabled, createdBy }: WebhookSettings & { createdBy: string },
): Promise<Webhook> {
  const parameters = [id, tenantId, url, events, description, isEnabled, createdBy]
  const [webhook] = await db.query<Webhook>(INSERT, parameters)
  return webhook as Webhook
}

const INSERT = /* sql */ `
-- insert webhook: $1 id, $2 tenant, $3 url, $4 events, $5 description, $6 enabled, $7 actor
INSERT INTO linehaul.webhook (id, tenant_id, url, events, description, is_enabled, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING ${COLUMNS}`

export async function findWebhook(db: Executor, { tenantId, id }: Place): Promise<Webhook | undefined> {
  const [webhook] = await db.query<Webhook>(FIND, [tenantId, id])
  return webhook
}

const FIND = /* sql */ `
-- find webhook: $1 tenant, $2 id
SELECT ${COLUMNS} FROM linehaul.webhook WHERE tenant_id = $1 AND id = $2`

/** As it is, and stays until the transaction ends: who changes it reads it so first, or undoes what another changes meanwhile. */
export async function lockWebhook(db: Executor, { tenantId, id }: Place): Promise<Webhook | undefined> {
  const [webhook] = await db.query<Webhook>(LOCK, [tenantId, id])
  return webhook
}

const LOCK = /* sql */ `
-- lock webhook: $1 tenant, $2 id
SELECT ${COLUMNS} FROM linehaul.webhook WHERE tenant_id = $1 AND id = $2
FOR NO KEY UPDATE`

/** Newest first. */
export function listWebhooks(
  db: Executor,
  tenantId: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Webhook[]> {
  return db.query(LIST, [tenantId, after ?? null, limit])
}

const LIST = /* sql */ `
-- list webhooks: $1 tenant, $2 before id or null, $3 limit
SELECT ${COLUMNS} FROM linehaul.webhook
WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2)
ORDER BY webhook.id DESC
LIMIT $3`

/** Those of several tenants that hear of anything at all. */
export function listListeners(
  db: Executor,
  tenantIds: readonly string[],
): Promise<{ id: string; tenantId: string; events: readonly string[] }[]> {
  return db.query(LISTENERS, [tenantIds])
}

const LISTENERS = /* sql */ `
-- list listening webhooks: $1 tenants
SELECT id::text AS "id", tenant_id AS "tenantId", events
FROM linehaul.webhook
WHERE tenant_id = ANY ($1) AND is_enabled`

/** What its owner says anew. One that is enabled again, or is elsewhere now, begins anew: its failures are forgotten. */
export async function updateWebhook(
  db: Executor,
  { tenantId, id }: Place,
  { url, events, description, isEnabled }: WebhookSettings,
): Promise<Webhook | undefined> {
  const [webhook] = await db.query<Webhook>(UPDATE, [tenantId, id, url, events, description, isEnabled])
  return webhook
}

const UPDATE = /* sql */ `
-- update webhook: $1 tenant, $2 id, $3 url, $4 events, $5 description, $6 enabled
UPDATE linehaul.webhook
SET url = $3, events = $4, description = $5, is_enabled = $6, updated_at = now(),
    disabled_because = CASE WHEN NOT $6 AND NOT is_enabled THEN disabled_because END,
    failing_since = CASE WHEN ($6 AND NOT is_enabled) OR url <> $3 THEN NULL ELSE failing_since END
WHERE tenant_id = $1 AND id = $2
RETURNING ${COLUMNS}`

export async function deleteWebhook(db: Executor, { tenantId, id }: Place): Promise<Webhook | undefined> {
  const [gone] = await db.query<Webhook>(DELETE, [tenantId, id])
  return gone
}

const DELETE = /* sql */ `
-- delete webhook: $1 tenant, $2 id
DELETE FROM linehaul.webhook WHERE tenant_id = $1 AND id = $2
RETURNING ${COLUMNS}`

/** Until when the secret that was current signs as well. */
export async function setFormerSecret(
  db: Executor,
  { tenantId, id }: Place,
  until: Date,
): Promise<Webhook | undefined> {
  const [webhook] = await db.query<Webhook>(SET_FORMER, [tenantId, id, until])
  return webhook
}

const SET_FORMER = /* sql */ `
-- set former secret of webhook: $1 tenant, $2 id, $3 until
UPDATE linehaul.webhook SET former_secret_until = $3, updated_at = now() WHERE tenant_id = $1 AND id = $2
RETURNING ${COLUMNS}`
