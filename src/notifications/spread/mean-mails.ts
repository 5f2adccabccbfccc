import { newId, type Transaction } from '../../database/index.js'
import { request } from '../../queue/index.js'
import { sendMail } from '../mail/send-mail.job.js'
import type { Enqueue } from '../ports.js'
import { insertDeliveries } from '../store/delivery.js'
import { insertDigestItems } from '../store/digest-item.js'
import type { StoredNotice } from '../store/notification.js'
import { becauseOf } from './requests.js'
import type { Addressee } from './addressee.js'

interface Meant {
  readonly notice: StoredNotice
  readonly addressees: readonly Addressee[]
  readonly enqueue: Enqueue
}

/** Writes down the mails that follow from a notice, and has them sent when they are due: each on its own, or in a digest. */
export async function meanMails(tx: Transaction, { notice, addressees, enqueue }: Meant): Promise<void> {
  const mails = addressees.flatMap(({ userId, email }) =>
    email && !email.isDigest ? [mailOf(notice, userId, email.at)] : [],
  )
  await sendWhenDue(tx, { notice, mails, enqueue })
  const userIds = addressees.filter(({ email }) => email?.isDigest).map(({ userId }) => userId)
  if (userIds.length > 0)
    await insertDigestItems(tx, { tenantId: notice.tenantId, notificationId: notice.id, userIds })
}

/** What was meant to be sent before has its job already. */
async function sendWhenDue(
  tx: Transaction,
  { notice, mails, enqueue }: Pick<Meant, 'notice' | 'enqueue'> & { mails: ReturnType<typeof mailOf>[] },
): Promise<void> {
  if (mails.length === 0) return
  const entered = await insertDeliveries(tx, notice.tenantId, mails)
  const dueAt = new Map(mails.map((mail) => [mail.id, mail.dueAt]))
  const requests = entered.map((deliveryId) =>
    request(
      sendMail,
      { deliveryId },
      { ...becauseOf(notice), runAt: dueAt.get(deliveryId) ?? notice.createdAt },
    ),
  )
  if (requests.length > 0) await enqueue(requests, { tx })
}

function mailOf({ id, cause }: StoredNotice, userId: string, dueAt: Date) {
  return {
    id: newId(),
    cause,
    channel: 'email' as const,
    recipient: `user:${userId}`,
    notificationId: id,
    content: null,
    dueAt,
  }
}
