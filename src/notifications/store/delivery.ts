import type { Executor } from '../../database/index.js'

export interface NewDelivery {
  readonly id: string
  readonly cause: string
  readonly channel: 'email' | 'webhook'
  /** `user:<id>`, an e-mail address, `webhook:<id>` */
  readonly recipient: string
  readonly notificationId: string | null
  /** JSON of what is sent, where that is not the notification. */
  readonly content: string | null
  readonly dueAt: Date
}

/** Writes down what is to be sent. @returns the ids of those that were not meant to be sent before */
export async function insertDeliveries(
  db: Executor,
  tenantId: string,
  deliveries: readonly NewDelivery[],
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(INSERT, [
    tenantId,
    deliveries.map(({ id }) => id),
    deliveries.map(({ cause }) => cause),
    deliveries.map(({ channel }) => channel),
    deliveries.map(({ recipient }) => recipient),
    deliveries.map(({ notificationId }) => notificationId),
    deliveries.map(({ content }) => content),
    deliveries.map(({ dueAt }) => dueAt),
  ])
  return rows.map(({ id }) => id)
}

const INSERT = /* sql */ `
-- insert deliveries: $1 tenant; arrays of $2 ids, $3 causes, $4 channels, $5 recipients, $6 notifications, $7 contents, $8 due
INSERT INTO linehaul.delivery (tenant_id, id, cause, channel, recipient, notification_id, content, due_at)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::jsonb[], $8::timestamptz[])
ON CONFLICT (tenant_id, cause, recipient, channel) DO NOTHING
RETURNING id::text`
