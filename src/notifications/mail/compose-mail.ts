import { PermanentError } from '../../queue/index.js'
import type { StoredMail } from '../store/mail-view.js'
import { mailOfNotice } from './mail-of-notice.js'
import { Mail } from './mail.js'

type Ingredients = Pick<StoredMail, 'recipient' | 'content' | 'notice' | 'address'>

/** What is known of a mail: nothing of what it tells once its notification is gone, no `to` where there is nobody to send it to. */
export type Draft = Partial<Pick<Mail, 'subject' | 'text' | 'html'>> & { readonly to?: readonly string[] }

/** The mail that a delivery is: its content, or its notification, to its recipient. */
export function draftMail({ recipient, content, notice, address }: Ingredients): Draft {
  const told = (content ?? (notice && mailOfNotice(notice)) ?? {}) as Draft
  const to = recipient.startsWith('user:') ? address : recipient
  return { ...(to !== null && { to: [to] }), ...told }
}

/** Everybody to whom it is handed over. */
export function addressesOf(stored: Ingredients): readonly string[] {
  const { to = [], cc = [], bcc = [] } = draftMail(stored) as Partial<Mail>
  return [...to, ...cc, ...bcc]
}

/**
 * The same, for it to be sent.
 * @throws {PermanentError} when there is nobody to send it to, or nothing to send
 */
export function composeMail(stored: Ingredients): Mail {
  if (!stored.content && !stored.notice) throw new PermanentError('The notification that it tells is gone.')
  const draft = draftMail(stored)
  if (!draft.to)
    throw new PermanentError(
      `The account of ${stored.recipient} is gone or disabled, or not of this tenant any more.`,
    )
  const { data, error } = Mail.safeParse(draft)
  if (!data)
    throw new PermanentError(`It is no mail: ${error.issues.map(({ message }) => message).join('; ')}`)
  return data
}
