import type { Action } from '../../access/index.js'
import { cancel, defineJob, exponential, snooze, type ByHand } from '../../queue/index.js'
import { OVER } from './judge-time.js'
import type { MailNeeds } from './mail-needs.js'
import { kindOf, SendMailPayload, wishOf } from './send-mail-payload.js'

/** Whoever may create jobs may send a new mail; what becomes of those that are there is for those who manage them. */
const BY_HAND: Readonly<Partial<Record<ReturnType<typeof kindOf>, ByHand>>> = {
  delivery: {
    instead: 'POST /api/v1/mails/{id}/resend sends a mail that is there, to those who may manage mails.',
  },
  kept: { right: 'mails.manage' satisfies Action },
}

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
  byHand: (input) => BY_HAND[kindOf(input)],
  async run(payload, { postman }, { jobId, tenantId, number, maxAttempts, signal }) {
    const result = await postman.post(wishOf(payload), { jobId, tenantId, number, maxAttempts, signal })
    if (result.state === 'put-off') return snooze(`${result.forMs}ms`)
    if (result.state === 'over') return cancel(OVER)
    return { ...result }
  },
})
