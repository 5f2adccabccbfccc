import type { LiveEvent } from '../events/index.js'
import type { ShownNotice } from './store/notification.js'

type Noted = ShownNotice & { readonly tenantId: string }

/** Tells one person's screens of a notice, once however often it is told. */
export function notificationCreated(notice: Noted, userId: string): LiveEvent {
  const { id, eventType, priority, title, message, data, relatedEntities, actions, tags, source, jobId } =
    notice
  const { createdAt, expiresAt } = notice
  return {
    ...toScreensOf(notice.tenantId, userId),
    type: 'notification.created',
    data: {
      ...{ id, eventType, priority, title, message, data, relatedEntities, actions, tags, source, jobId },
      ...{ createdAt, expiresAt },
    },
    key: `notification:${id}`,
  }
}

export function toScreensOf(
  tenantId: string,
  userId: string,
): Pick<LiveEvent, 'tenantId' | 'stream' | 'needs'> {
  return { tenantId, stream: `user:${userId}`, needs: 'notifications.read' }
}
