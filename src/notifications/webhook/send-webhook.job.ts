import { z } from 'zod'

import { defineJob } from '../../queue/index.js'
import { WEBHOOK_ATTEMPTS, webhookBackoff } from './webhook-backoff.js'
import type { WebhookNeeds } from './webhook-needs.js'

const Payload = z.strictObject({ deliveryId: z.uuid() })

/** Tells one webhook one event. */
export const sendWebhook = defineJob<z.output<typeof Payload>, WebhookNeeds>({
  name: 'notifications.send-webhook',
  queue: 'default',
  payload: Payload,
  maxAttempts: WEBHOOK_ATTEMPTS,
  backoff: webhookBackoff,
  timeout: '30s',
  subject: ({ deliveryId }) => `webhook-delivery:${deliveryId}`,
  async run({ deliveryId }, { webhookSender }, { jobId, tenantId, number, maxAttempts, signal }) {
    return { ...(await webhookSender.send(deliveryId, { jobId, tenantId, number, maxAttempts, signal })) }
  },
})
