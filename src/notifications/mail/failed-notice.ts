import type { Notice } from '../notice.js'
import type { StoredMail } from '../store/mail-view.js'

/**
 * What a tenant's admins are told of a mail that has failed for good, once for each mail; `undefined` of what is for a user's own
 * reading: their inbox has it, and a mail that tells of this is such a one itself, so that none follows from another.
 */
export function failedNotice(
  tenantId: string,
  { id, recipient }: Pick<StoredMail, 'id' | 'recipient'>,
  why: string,
): Notice | undefined {
  if (recipient.startsWith('user:')) return undefined
  const url = `/api/v1/mails/${id}`
  return {
    ...{ tenantId, cause: `mail:${id}:failed`, eventType: 'mail.failed', priority: 'medium' },
    target: { kind: 'role', role: 'admin' },
    title: `A mail to ${recipient} has failed`,
    message: `Nothing tries it again: once the cause is mended, send it again. ${why}`,
    data: { mailId: id },
    relatedEntities: [{ type: 'mail', id, name: recipient, url }],
    actions: [{ id: 'resend', label: 'Send again', endpoint: `${url}/resend`, method: 'POST' }],
    tags: ['mail'],
    source: 'mails',
  }
}
