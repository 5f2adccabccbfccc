import { z } from 'zod'

import { defineJob } from '../../queue/index.js'
import { WEBHOOK_ATTEMPTS, webhookBackoff } from './webhook-backoff.js'
import type { WebhookNeeds } from './webhook-needs.js'

const Payload = z.strictObject({ deliveryId: z.uuid(), webhookId: z.uuid() })

/** Tells one webhook one event. */
export const sendWebhook = defineJob<z.output<typeof Payload>, WebhookNeeds>({
  name: 'notifications.send-webhook',
  queue: 'default',
  payload: Payload,
  maxAttempts: WEBHOOK_ATTEMPTS,
  backoff: webhookBackoff,
  timeout: '30s',
  // One that keeps silent leaves the other slots of a worker to others. One that answers gets 185 a second instead of 315.
  limits: [{ key: ({ webhookId }) => webhookId, concurrency: 3 }],
  subject: ({ deliveryId }) => `webhook-delivery:${deliveryId}`,
  byHand: () => ({
    instead: 'POST /api/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver sends something once more.',
  }),
  async run({ deliveryId }, { webhookSender }, { jobId, tenantId, number, maxAttempts, signal }) {
    return { ...(await webhookSender.send(deliveryId, { jobId, tenantId, number, maxAttempts, signal })) }
  },
})
