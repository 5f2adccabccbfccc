import { newId, type Transaction } from '../../database/index.js'
import { request, type JobRequest } from '../../queue/index.js'
import { matchesPattern } from '../event-pattern.js'
import type { Enqueue } from '../ports.js'
import { insertDeliveries, type NewDelivery } from '../store/delivery.js'
import { listListeners } from '../store/webhook.js'
import { sendWebhook } from './send-webhook.job.js'
import type { Telling, ToldEvent } from './webhook.js'

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
    const tellings = events
      .filter((event) => event.tenantId === tenantId)
      .flatMap((event) => listeners.filter((one) => hears(one, event)).map((one) => telling(event, one.id)))
    await sendAll(tx, { tenantId, tellings, enqueue })
  }
}

function telling(event: ToldEvent, webhookId: string): Telling {
  return { id: newId(), event, webhookId }
}

/** Enters deliveries and what sends them. */
export async function sendAll(
  tx: Transaction,
  { tenantId, tellings, enqueue }: { tenantId: string; tellings: readonly Telling[]; enqueue: Enqueue },
): Promise<void> {
  if (tellings.length === 0) return
  const entered = new Set(await insertDeliveries(tx, tenantId, tellings.map(toDelivery)))
  const requests = tellings.filter(({ id }) => entered.has(id)).map(requestOf)
  if (requests.length > 0) await enqueue(requests, { tx })
}

function requestOf({ id, event: { tenantId, cause, urgency }, webhookId }: Telling): JobRequest {
  return request(
    sendWebhook,
    { deliveryId: id, webhookId },
    { tenantId, actor: cause, ...(urgency !== undefined && { priority: urgency }) },
  )
}

function hears(
  { tenantId, events }: { tenantId: string; events: readonly string[] },
  event: ToldEvent,
): boolean {
  return tenantId === event.tenantId && events.some((pattern) => matchesPattern(pattern, event.type))
}

function toDelivery({ id, event: { cause, type, at, data }, webhookId }: Telling): NewDelivery {
  return {
    ...{ id, cause, channel: 'webhook', recipient: `webhook:${webhookId}`, notificationId: null },
    content: JSON.stringify({ type, timestamp: at.toISOString(), data: data ?? null }),
    dueAt: at,
  }
}
