import type { React } from '../../events/index.js'
import type { Enqueue } from '../ports.js'
import type { Notice } from '../notice.js'
import { urgencyOf } from '../urgency.js'
import { tellWebhooks } from './tell-webhooks.js'
import type { ToldEvent } from './webhook.js'

/** Tells webhooks what happened, in the transaction that records it. @param now when that is */
export function tellWebhooksOf(enqueue: Enqueue, now: () => Date): React {
  return (events, tx) => {
    const at = now()
    const told = events.map(({ id, tenantId, type, subject, data, actor }) => ({
      ...{ tenantId, cause: `event:${id}`, type, at },
      data: { id, subject, actor: actor ?? null, ...Object(data) },
    }))
    return tellWebhooks(tx, told, { enqueue })
  }
}

/** A notice as webhooks are told, once for all whom it is for. */
export function eventOfNotice(id: string, notice: Notice, at: Date): ToldEvent {
  const { tenantId, eventType, priority, title, message, data, relatedEntities, tags, source, jobId } = notice
  return {
    ...{ tenantId, cause: `notification:${id}`, type: eventType, at, urgency: urgencyOf(priority) },
    data: {
      ...{ id, priority, title, message, source, tags: tags ?? [], relatedEntities: relatedEntities ?? [] },
      ...{ jobId: jobId ?? null, data: data ?? null },
    },
  }
}
