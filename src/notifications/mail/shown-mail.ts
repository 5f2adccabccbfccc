import type { Delivery } from '../delivery/delivery.js'
import type { StoredMail } from '../store/mail-view.js'
import { draftMail } from './compose-mail.js'

/** A mail as it would be sent, or was. */
export interface ShownMail extends Omit<Delivery, 'content'> {
  /** `null` where there is nobody to send it to any more. */
  readonly to: readonly string[] | null
  /** As `text` and `html`: `null` where it has none, or tells a notification that is gone. */
  readonly subject: string | null
  readonly text: string | null
  readonly html: string | null
}

export function showMail({ content, notice, address, ...mail }: StoredMail): ShownMail {
  const { recipient } = mail
  const { to, subject, text, html } = draftMail({ recipient, content, notice, address })
  return {
    ...mail,
    // Where the mail of a user was sent is told by who answered for it: the address may be another one by now.
    to: (recipient.startsWith('user:') && sentTo(mail)) || (to ?? null),
    ...{ subject: subject ?? null, text: text ?? null, html: html ?? null },
  }
}

function sentTo({ answer }: Pick<Delivery, 'answer'>): readonly string[] | undefined {
  const { accepted = [], rejected = [] } = (answer ?? {}) as Partial<Record<string, readonly string[]>>
  return accepted.length > 0 ? [...accepted, ...rejected] : undefined
}
