import { z } from 'zod'

import { PRIORITIES } from '../../notifications/index.js'

/** What somebody was told. */
export const Notice = z.object({
  id: z.string(),
  eventType: z.string(),
  priority: z.enum(PRIORITIES),
  title: z.string(),
  message: z.string(),
  data: z.unknown().describe('What a program may want to know of it; null: nothing.'),
  relatedEntities: z
    .array(z.object({ type: z.string(), id: z.string(), name: z.string(), url: z.string().optional() }))
    .readonly(),
  actions: z
    .array(
      z.object({
        id: z.string(),
        label: z.string(),
        endpoint: z.string(),
        method: z.enum(['GET', 'POST']),
      }),
    )
    .readonly()
    .describe('What its reader may do at once.'),
  tags: z.array(z.string()).readonly(),
  source: z.string().describe('The part that tells it.'),
  jobId: z.string().nullable(),
  correlationId: z.string().nullable(),
  createdAt: z.date(),
  expiresAt: z.date().nullable().describe('From when on it is no longer listed.'),
})

export const Notification = Notice.extend({
  deliveredAt: z.date().nullable().describe('When one of your screens said that it has it.'),
  readAt: z.date().nullable().describe('When it was read first.'),
  dismissedAt: z.date().nullable(),
  acknowledgedAt: z.date().nullable(),
})

/** What can be chosen by patterns. */
export const EventTypes = z.object({
  items: z.array(z.object({ type: z.string(), description: z.string() })),
})

export const NotificationCounts = z.object({
  unread: z.int(),
  byPriority: z.record(z.enum(PRIORITIES), z.int()).describe('Unread ones of each.'),
  unacknowledged: z.int().describe('Critical ones that you have yet to acknowledge, read or not.'),
  isAtLeast: z
    .boolean()
    .describe('Whether a count stopped at 10,000, the newest: there are that many or more.'),
})

export const UnreachedNotice = Notice.extend({
  target: z.union([
    z.object({ kind: z.literal('user'), userId: z.string() }),
    z.object({ kind: z.literal('role'), role: z.string() }),
    z.object({ kind: z.literal('tenant') }),
  ]),
  problem: z
    .string()
    .describe(
      '`unknown user`: this tenant has no such user. `nobody`: nobody has the role, or the account is disabled.',
    ),
})
