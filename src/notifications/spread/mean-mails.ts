import { newId, type Transaction } from '../../database/index.js'
import type { Enqueue } from '../ports.js'
import { insertDeliveries } from '../store/delivery.js'
import { insertDigestItems } from '../store/digest-item.js'
import type { StoredNotice } from '../store/notification.js'
import type { Addressee } from './addressee.js'

interface Meant {
  readonly notice: StoredNotice
  readonly addressees: readonly Addressee[]
  readonly enqueue: Enqueue
}

/** Writes down the mails that follow from a notice, and has them sent when they are due: each on its own, or in a digest. */
export async function meanMails(tx: Transaction, { notice, addressees }: Meant): Promise<void> {
  const mails = addressees.flatMap(({ userId, email }) =>
    email && !email.isDigest ? [mailOf(notice, userId, email.at)] : [],
  )
  if (mails.length > 0) await insertDeliveries(tx, notice.tenantId, mails)
  const userIds = addressees.filter(({ email }) => email?.isDigest).map(({ userId }) => userId)
  if (userIds.length > 0)
    await insertDigestItems(tx, { tenantId: notice.tenantId, notificationId: notice.id, userIds })
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
