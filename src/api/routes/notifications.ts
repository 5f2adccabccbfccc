import { z } from 'zod'

import { PRIORITIES, type InboxItem, type UnreachedNotice as Unreached } from '../../notifications/index.js'
import { inboxOwner, inboxOwnerFor } from '../inbox-owner.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { bodyMayBeMissing, problems, type Routes } from '../route.js'
import { Notification, NotificationCounts, UnreachedNotice } from '../schemas/notification.js'
import { Text } from '../schemas/plain.js'

/** What somebody was told. */
export const notifications: Routes = async (api, { services, changes }) => {
  const tags = ['notifications']

  api.get(
    '/notifications',
    {
      config: { may: 'notifications.read' },
      schema: {
        tags,
        summary: 'List your notifications, newest first',
        description: 'Of people who have signed in. Dismissed ones are left out unless you ask for them.',
        querystring: PageQuery.extend({
          unread: z.stringbool().optional(),
          priority: z.enum(PRIORITIES).optional(),
          eventType: Text.optional().describe('A type, or a pattern such as `job.*`.'),
          tag: Text.optional(),
          includeDismissed: z.stringbool().default(false),
        }),
        response: { 200: pageOf(Notification), ...problems },
      },
    },
    ({ query: { unread, ...query }, caller }) =>
      readPage(
        query,
        z.uuid(),
        (item: InboxItem) => item.id,
        (part) =>
          services.notifications.inbox.list(inboxOwner(caller), { ...query, ...part, isUnread: unread }),
      ),
  )

  api.get(
    '/notifications/counts',
    {
      config: { may: 'notifications.read' },
      schema: {
        tags,
        summary: 'Count what you have not read, and what waits for you to acknowledge it',
        response: { 200: NotificationCounts, ...problems },
      },
    },
    ({ caller }) => services.notifications.inbox.count(inboxOwner(caller)),
  )

  api.get(
    '/notifications/unreached',
    {
      config: { may: 'mails.read' },
      schema: {
        tags,
        summary: 'List what nobody was told, newest first',
        description:
          'Of your tenant: what was for a user whom it does not have, or for a role that nobody has. Such a mistake lies with whoever tells it.',
        querystring: PageQuery,
        response: { 200: pageOf(UnreachedNotice), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (notice: Unreached) => notice.id,
        (part) => services.notifications.unreached.list(caller.tenantId, part),
      ),
  )

  api.get(
    '/notifications/:id',
    {
      config: { may: 'notifications.read' },
      schema: {
        tags,
        summary: 'Look at one of your notifications',
        description: 'Reading it here does not mark it as read.',
        params: z.object({ id: z.uuid() }),
        response: { 200: Notification, ...problems },
      },
    },
    ({ params: { id }, caller }) => services.notifications.inbox.get(inboxOwnerFor(caller, id), id),
  )

  api.post(
    '/notifications/read-all',
    {
      config: { may: 'notifications.read' },
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Mark all of your notifications as read',
        description: 'Those that were read before keep when that was.',
        body: z.strictObject({
          upTo: z
            .uuid()
            .optional()
            .describe(
              'The newest that you have seen, of your inbox: what arrived later stays unread. Default: all.',
            ),
        }),
        response: { 200: z.object({ read: z.int().describe('How many were unread.') }), ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ notifications: { inbox } }, audit) => {
        const owner = inboxOwner(request.caller)
        const read = await inbox.readAll(owner, request.body.upTo)
        const object = `user:${owner.userId}`
        await audit({ action: 'notification.read-all', object, before: null, after: { read } })
        return { read }
      }),
  )

  api.post(
    '/notifications/test',
    {
      config: { may: 'notifications.read' },
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Tell yourself something, to see how you are told',
        body: z.strictObject({ priority: z.enum(PRIORITIES).default('medium') }),
        response: { 202: z.object({ cause: z.string() }), ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ notifications }, audit) => {
          const owner = inboxOwner(request.caller)
          const cause = await notifications.tellMyself(owner, request.body.priority)
          const object = `user:${owner.userId}`
          await audit({ action: 'notification.test', object, before: null, after: { cause } })
          return { cause }
        },
        { status: 202 },
      ),
  )
}
