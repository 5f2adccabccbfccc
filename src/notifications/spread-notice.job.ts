import { z } from 'zod'

import { defineJob } from '../queue/index.js'
import { followsFromNotices } from './follows-from-notices.js'
import type { NotificationNeeds } from './needs.js'

const Payload = z.strictObject({ notificationId: z.uuid() })

/** Tells a notice to everybody whom it is for, each as they want to be told. */
export const spreadNotice = defineJob<z.output<typeof Payload>, NotificationNeeds>({
  name: 'notifications.spread-notice',
  queue: 'default',
  payload: Payload,
  maxAttempts: 10,
  subject: ({ notificationId }) => `notification:${notificationId}`,
  byHand: followsFromNotices,
  async run({ notificationId }, { spreader }, { tenantId, signal }) {
    return spreader.spread(tenantId, notificationId, signal)
  },
})
