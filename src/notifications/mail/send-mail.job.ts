import { defineJob, exponential } from '../../queue/index.js'
import type { MailNeeds } from './mail-needs.js'
import { SendMailPayload, wishOf } from './send-mail-payload.js'

/** Hands one mail to the mail server, or puts all that are kept in line. */
export const sendMail = defineJob<SendMailPayload, MailNeeds>({
  name: 'notifications.send-mail',
  aliases: ['email:send', 'email:process_queue', 'email-notification'],
  queue: 'default',
  payload: SendMailPayload,
  maxAttempts: 5,
  backoff: exponential({ base: '10s' }),
  timeout: '30s',
  subject: (payload) => ('deliveryId' in payload ? `mail:${payload.deliveryId}` : undefined),
  async run(payload, { postman }, { jobId, tenantId, number, maxAttempts, signal }) {
    const result = await postman.post(wishOf(payload), { jobId, tenantId, number, maxAttempts, signal })
    return { ...result }
  },
})
