import { newId, type Transaction } from '../../database/index.js'
import { requestDigest } from '../digest/request-digest.js'
import { meanToSend, type MeantMail } from '../mean-to-send.js'
import type { Enqueue } from '../ports.js'
import { insertDigestItems } from '../store/digest-item.js'
import type { StoredNotice } from '../store/notification.js'
import type { Addressee } from './addressee.js'
import { becauseOf } from './requests.js'

interface Meant {
  readonly notice: StoredNotice
  readonly addressees: readonly Addressee[]
  readonly enqueue: Enqueue
}

/** Has the mails that follow from a notice sent when they are due: each on its own, or in its person's digest. */
export async function meanMails(tx: Transaction, { notice, addressees, enqueue }: Meant): Promise<void> {
  const own = addressees.flatMap(({ userId, email }) =>
    email && !email.isDigest ? [mailOf(notice, userId, email.at)] : [],
  )
  await meanToSend(tx, own, { because: becauseOf(notice), enqueue })
  await collect(tx, { notice, addressees: addressees.filter(({ email }) => email?.isDigest), enqueue })
}

function mailOf({ id, cause }: StoredNotice, userId: string, dueAt: Date): MeantMail {
  return { id: newId(), cause, userId, notificationId: id, content: null, dueAt }
}

async function collect(tx: Transaction, { notice, addressees, enqueue }: Meant): Promise<void> {
  if (addressees.length === 0) return
  const { id: notificationId, tenantId } = notice
  const userIds = addressees.map(({ userId }) => userId)
  const isNew = new Set(await insertDigestItems(tx, { tenantId, notificationId, userIds }))
  const digests = addressees.flatMap(({ userId, email }) =>
    email && isNew.has(userId) ? [requestDigest({ tenantId, userId }, email.at, 'keep')] : [],
  )
  if (digests.length > 0) await enqueue(digests, { tx })
}
