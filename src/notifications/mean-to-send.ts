import type { Transaction } from '../database/index.js'
import { request, type JobRequest, type RequestOptions } from '../queue/index.js'
import { sendMail } from './mail/send-mail.job.js'
import type { Enqueue } from './ports.js'
import { insertDeliveries } from './store/delivery.js'

/** Whose mails they are, what caused them, and where they stand in line. */
export type Because = Pick<RequestOptions, 'tenantId' | 'actor' | 'correlationId' | 'priority'>

/** A mail to somebody with an account: a notification, or `content`. */
export interface MeantMail {
  readonly id: string
  readonly cause: string
  readonly userId: string
  readonly notificationId: string | null
  readonly content: { readonly subject: string; readonly text: string } | null
  readonly dueAt: Date
}

/** Writes down that mails are to be sent, each once whatever happens, and has them sent when they are due. */
export async function meanToSend(
  tx: Transaction,
  mails: readonly MeantMail[],
  { because, enqueue }: { because: Because; enqueue: Enqueue },
): Promise<void> {
  if (mails.length === 0) return
  const rows = mails.map(({ userId, content, ...mail }) => ({
    ...mail,
    channel: 'email' as const,
    recipient: `user:${userId}`,
    content: content && JSON.stringify(content),
  }))
  const isNew = new Set(await insertDeliveries(tx, because.tenantId, rows))
  const meant = mails.filter(({ id }) => isNew.has(id))
  if (meant.length > 0)
    await enqueue(
      meant.map((mail) => send(mail, because)),
      { tx },
    )
}

function send({ id, dueAt }: MeantMail, because: Because): JobRequest {
  return request(sendMail, { deliveryId: id }, { ...because, runAt: dueAt })
}
