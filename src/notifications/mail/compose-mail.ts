import type { Executor } from '../../database/index.js'
import { PermanentError } from '../../queue/index.js'
import type { ClaimedDelivery } from '../delivery/delivery.js'
import { findAddress } from '../store/mail-address.js'
import { findNotification } from '../store/notification.js'
import { mailOfNotice } from './mail-of-notice.js'
import { Mail } from './mail.js'

type Content = Partial<Record<keyof Mail, unknown>>

/**
 * The mail that a delivery is: its content, or its notification, to its recipient.
 * @throws {PermanentError} when there is nobody to send it to, or nothing to send
 */
export async function composeMail(db: Executor, delivery: ClaimedDelivery): Promise<Mail> {
  const content = (delivery.content ?? (await contentOfNotice(db, delivery))) as Content
  const to = content.to ?? (await addressOf(db, delivery))
  const { data, error } = Mail.safeParse({ ...content, to })
  if (!data)
    throw new PermanentError(`It is no mail: ${error.issues.map(({ message }) => message).join('; ')}`)
  return data
}

async function contentOfNotice(
  db: Executor,
  { tenantId, notificationId }: ClaimedDelivery,
): Promise<Content> {
  const notice = notificationId === null ? undefined : await findNotification(db, tenantId, notificationId)
  if (!notice) throw new PermanentError('The notification that it tells is gone.')
  return mailOfNotice(notice)
}

async function addressOf(db: Executor, { tenantId, recipient }: ClaimedDelivery): Promise<string> {
  if (!recipient.startsWith('user:')) return recipient
  const address = await findAddress(db, { tenantId, userId: recipient.slice('user:'.length) })
  if (address === undefined)
    throw new PermanentError(
      `The account of ${recipient} is gone or disabled, or not of this tenant any more.`,
    )
  return address
}
