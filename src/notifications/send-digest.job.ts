import { z } from 'zod'

import { defineJob } from '../queue/index.js'
import { followsFromNotices } from './follows-from-notices.js'
import type { NotificationNeeds } from './needs.js'

const Payload = z.strictObject({ userId: z.uuid() })

/** Sends what waits for one person's digest as one mail. */
export const sendDigest = defineJob<z.output<typeof Payload>, NotificationNeeds>({
  name: 'notifications.send-digest',
  queue: 'default',
  payload: Payload,
  maxAttempts: 10,
  uniqueKey: ({ userId }) => userId,
  subject: ({ userId }) => `user:${userId}`,
  byHand: followsFromNotices,
  async run({ userId }, { digests }, { tenantId }) {
    return { notifications: await digests.send({ tenantId, userId }) }
  },
})
