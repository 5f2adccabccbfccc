import type { MigrationSet } from '../database/index.js'
import { sendMail } from './mail/send-mail.job.js'
import { notification } from './migrations/001-notification.js'
import { deliverySending } from './migrations/002-delivery-sending.js'
import { webhook } from './migrations/003-webhook.js'
import { mailByCreated } from './migrations/004-mail-by-created.js'
import { shortLists } from './migrations/005-short-lists.js'
import { webhookLastFailure } from './migrations/006-webhook-last-failure.js'
import { deliverySettled } from './migrations/007-delivery-settled.js'
import { ringInbox } from './ring-inbox.job.js'
import { sendDigest } from './send-digest.job.js'
import { spreadNotice } from './spread-notice.job.js'
import { sendWebhook } from './webhook/send-webhook.job.js'

export { createChannels, type ChannelNeeds, type Channels } from './create-channels.js'
export { createNotifications, type Notifications } from './create-notifications.js'
export type { Delivery } from './delivery/delivery.js'
export { DELIVERY_STATES, type DeliveryState } from './delivery/delivery-state.js'
export { EventPattern } from './event-pattern.js'
export { NotificationNotFoundError } from './errors.js'
export { eventTypesOf } from './event-types.js'
export type { Inbox } from './inbox/inbox.js'
export type { NotificationNeeds } from './needs.js'
export type { ShownMail } from './mail/shown-mail.js'
export { findMailObstacle } from './mail/mail-obstacle.js'
export { PRIORITIES, type Notice, type Notify } from './notice.js'
export { notifyOn } from './outcome/notify-on.js'
export { tellOutcomes } from './outcome/tell-outcomes.js'
export { countUnsettled } from './store/count-deliveries.js'
export { tellWebhooksOf } from './webhook/hear-events.js'
export type { Webhook } from './webhook/webhook.js'
export { Preferences } from './preferences/preferences.js'
export type { InboxItem, InboxOwner } from './store/inbox.js'
export type { UnreachedNotice } from './store/notification.js'

/** Every job of notifications. */
export const notificationJobs = [spreadNotice, ringInbox, sendDigest, sendMail, sendWebhook]

/**
 * What was told, half a year from when nobody has to act on it; what was meant to be sent, a quarter from when nothing more
 * became of it. What is kept for want of a mail server stays as long as what it tells; what is in doubt, until people decide.
 */
export const notificationKeeps = [
  { table: 'notification', column: 'settled_at', for: '180d' },
  { table: 'delivery', column: 'settled_at', for: '90d' },
  { table: 'delivery', column: 'kept_at', for: '180d' },
] as const

export const notificationMigrations: MigrationSet = {
  part: 'notifications',
  migrations: [
    notification,
    deliverySending,
    webhook,
    mailByCreated,
    shortLists,
    webhookLastFailure,
    deliverySettled,
  ],
}
