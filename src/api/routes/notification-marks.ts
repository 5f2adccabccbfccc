import { z } from 'zod'

import type { Inbox, InboxItem } from '../../notifications/index.js'
import { inboxOwnerFor } from '../inbox-owner.js'
import { problems, type Routes } from '../route.js'
import { Notification } from '../schemas/notification.js'

/** What somebody does about a notification, and how it is undone. */
interface Mark {
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** In the audit trail. */
  readonly action: string
  readonly make: keyof Pick<Inbox, 'markRead' | 'markUnread' | 'dismiss' | 'restore' | 'acknowledge'>
}

const MARKS: readonly Mark[] = [
  {
    method: 'POST',
    path: 'read',
    summary: 'Mark a notification as read',
    description: 'When it was read first stays.',
    action: 'notification.read',
    make: 'markRead',
  },
  {
    method: 'DELETE',
    path: 'read',
    summary: 'Mark a notification as unread',
    action: 'notification.unread',
    make: 'markUnread',
  },
  {
    method: 'POST',
    path: 'dismiss',
    summary: 'Dismiss a notification',
    description: 'It is no longer listed. One that is critical has to be acknowledged before: 409.',
    action: 'notification.dismiss',
    make: 'dismiss',
  },
  {
    method: 'DELETE',
    path: 'dismiss',
    summary: 'Take a dismissal back',
    action: 'notification.restore',
    make: 'restore',
  },
  {
    method: 'POST',
    path: 'acknowledge',
    summary: 'Acknowledge a notification',
    description: 'Which reads it as well. There is no way back.',
    action: 'notification.acknowledge',
    make: 'acknowledge',
  },
]

export const notificationMarks: Routes = async (api, { changes }) => {
  for (const { method, path, summary, description, action, make } of MARKS) {
    api.route({
      method,
      url: `/notifications/:id/${path}`,
      config: { may: 'notifications.read' },
      schema: {
        tags: ['notifications'],
        summary,
        ...(description !== undefined && { description }),
        params: z.object({ id: z.uuid() }),
        response: { 200: Notification, ...problems },
      },
      handler: (request, reply) =>
        changes.make(request, reply, async ({ notifications: { inbox } }, audit) => {
          const { id } = request.params
          const owner = inboxOwnerFor(request.caller, id)
          const before = await inbox.get(owner, id)
          const after = await inbox[make](owner, id)
          const object = `notification:${id}`
          await audit({ action, object, before: marksOf(before), after: marksOf(after) })
          return after
        }),
    })
  }
}

function marksOf({ readAt, dismissedAt, acknowledgedAt }: InboxItem) {
  return { readAt, dismissedAt, acknowledgedAt }
}
