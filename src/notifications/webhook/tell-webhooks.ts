import { newId, type Transaction } from '../../database/index.js'
import { request } from '../../queue/index.js'
import { matchesPattern } from '../event-pattern.js'
import type { Enqueue } from '../ports.js'
import { insertDeliveries } from '../store/delivery.js'
import { listListeners } from '../store/webhook.js'
import { sendWebhook } from './send-webhook.job.js'
import type { ToldEvent } from './webhook.js'

/** Writes down, in the transaction that made it so, that every webhook that hears of it is to be told; and has it sent. */
export async function tellWebhooks(
  tx: Transaction,
  events: readonly ToldEvent[],
  { enqueue }: { enqueue: Enqueue },
): Promise<void> {
  if (events.length === 0) return
  const tenantIds = [...new Set(events.map(({ tenantId }) => tenantId))]
  const listeners = await listListeners(tx, tenantIds)
  for (const tenantId of tenantIds) {
    const deliveries = events
      .filter((event) => event.tenantId === tenantId)
      .flatMap((event) =>
        listeners.filter((listener) => hears(listener, event)).map(({ id }) => toDelivery(event, id)),
      )
    await sendAll(tx, { tenantId, deliveries, enqueue })
  }
}

/** Enters deliveries and what sends them. */
export async function sendAll(
  tx: Transaction,
  {
    tenantId,
    deliveries,
    enqueue,
  }: { tenantId: string; deliveries: readonly ReturnType<typeof toDelivery>[]; enqueue: Enqueue },
): Promise<void> {
  if (deliveries.length === 0) return
  const entered = await insertDeliveries(tx, tenantId, deliveries)
  const causes = new Map(deliveries.map(({ id, cause }) => [id, cause]))
  const requests = entered.map((deliveryId) =>
    request(sendWebhook, { deliveryId }, { tenantId, actor: causes.get(deliveryId) ?? 'webhook:' }),
  )
  if (requests.length > 0) await enqueue(requests, { tx })
}

function hears(
  { tenantId, events }: { tenantId: string; events: readonly string[] },
  event: ToldEvent,
): boolean {
  return tenantId === event.tenantId && events.some((pattern) => matchesPattern(pattern, event.type))
}

export function toDelivery({ cause, type, at, data }: ToldEvent, webhookId: string) {
  return {
    id: newId(),
    cause,
    channel: 'webhook' as const,
    recipient: `webhook:${webhookId}`,
    notificationId: null,
    content: JSON.stringify({ type, timestamp: at.toISOString(), data: data ?? null }),
    dueAt: at,
  }
}
