import type { LiveEvent } from '../events/index.js'
import type { InboxItem, InboxOwner } from './store/inbox.js'
import type { ShownNotice } from './store/notification.js'

type Noted = ShownNotice & { readonly tenantId: string }

/** Tells one person's screens of a notice, once however often it is told. */
export function notificationCreated(notice: Noted, userId: string): LiveEvent {
  const { id, eventType, priority, title, message, data, relatedEntities, actions, tags, source, jobId } =
    notice
  const { createdAt, expiresAt } = notice
  return {
    ...toScreensOf({ tenantId: notice.tenantId, userId }),
    type: 'notification.created',
    data: {
      ...{ id, eventType, priority, title, message, data, relatedEntities, actions, tags, source, jobId },
      ...{ createdAt, expiresAt },
    },
    key: `notification:${id}`,
  }
}

/** Tells a person's other screens what they did about one. */
export function notificationUpdated(owner: InboxOwner, item: InboxItem): LiveEvent {
  const { id, readAt, dismissedAt, acknowledgedAt } = item
  return {
    ...toScreensOf(owner),
    type: 'notification.updated',
    data: { id, readAt, dismissedAt, acknowledgedAt },
  }
}

/** Tells a person's other screens that they have read all, up to one or all there are. */
export function allRead(owner: InboxOwner, upTo: string | null): LiveEvent {
  return { ...toScreensOf(owner), type: 'notification.all-read', data: { upTo } }
}

function toScreensOf({ tenantId, userId }: InboxOwner): Pick<LiveEvent, 'tenantId' | 'stream' | 'needs'> {
  return { tenantId, stream: `user:${userId}`, needs: 'notifications.read' }
}
