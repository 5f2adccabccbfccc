import type { Notice } from '../notice.js'
import type { Webhook } from './webhook.js'

/** What a tenant's admins are told of a webhook that is not tried any more. */
export function disabledNotice(
  tenantId: string,
  { id, url, description }: Webhook,
  why: string,
  deliveryId: string,
): Notice {
  const name = description === '' ? new URL(url).host : description
  return {
    tenantId,
    cause: `webhook:${id}:disabled:${deliveryId}`,
    eventType: 'webhook.disabled',
    priority: 'high',
    target: { kind: 'role', role: 'admin' },
    title: `The webhook ${name} is disabled`,
    message: `${why} Of what happens from now on nothing is written down for it. What was on its way there is listed under its deliveries: as failed, or as pending until its next attempt, which fails unless the webhook is enabled again by then. Enable it once it is mended, then redeliver what has failed and is needed.`,
    relatedEntities: [{ type: 'webhook', id, name }],
    tags: ['webhook'],
    source: 'webhooks',
  }
}
