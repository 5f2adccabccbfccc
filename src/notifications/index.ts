import type { MigrationSet } from '../database/index.js'
import { notification } from './migrations/001-notification.js'
import { ringInbox } from './ring-inbox.job.js'
import { spreadNotice } from './spread-notice.job.js'

export { createNotifications, type NotificationOptions, type Notifications } from './create-notifications.js'
export { matchesPattern } from './event-pattern.js'
export type { NotificationNeeds } from './needs.js'
export { PRIORITIES, type Notice, type Notify, type Priority, type Target } from './notice.js'
export { JobNotify, notifyOn, type NotifyOptions } from './outcome/notify-on.js'
export { tellOutcomes } from './outcome/tell-outcomes.js'

/** Every job of notifications. */
export const notificationJobs = [spreadNotice, ringInbox]

/** What was told, half a year from when nobody has to act on it; what was meant to be sent, a quarter. */
export const notificationKeeps = [
  { table: 'notification', column: 'settled_at', for: '180d' },
  { table: 'delivery', column: 'created_at', for: '90d' },
] as const

export const notificationMigrations: MigrationSet = { part: 'notifications', migrations: [notification] }
