import { z } from 'zod'

import { defineJob } from '../queue/index.js'
import { followsFromNotices } from './follows-from-notices.js'
import type { NotificationNeeds } from './needs.js'

const Payload = z.strictObject({ notificationId: z.uuid(), userIds: z.array(z.uuid()).max(1_000) })

/** Tells screens, once quiet hours are over, of what their people have not seen by themselves. */
export const ringInbox = defineJob<z.output<typeof Payload>, NotificationNeeds>({
  name: 'notifications.ring-inbox',
  queue: 'default',
  payload: Payload,
  maxAttempts: 10,
  subject: ({ notificationId }) => `notification:${notificationId}`,
  byHand: followsFromNotices,
  async run({ notificationId, userIds }, { spreader }, { tenantId, runAt: dueAt }) {
    return { told: await spreader.ring(tenantId, notificationId, { userIds, dueAt }) }
  },
})
