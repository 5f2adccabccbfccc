import { request, type JobRequest } from '../../queue/index.js'
import type { Because } from '../mean-to-send.js'
import { ringInbox } from '../ring-inbox.job.js'
import type { StoredNotice } from '../store/notification.js'
import { urgencyOf } from '../urgency.js'
import type { Addressee } from './addressee.js'

/** Somebody whose screens are to ring. */
export type Rung = Pick<Addressee, 'userId' | 'ringAt'>

/** One job for all whose quiet hours end at the same instant. */
export function ringLater(notice: StoredNotice, addressees: readonly Rung[]): readonly JobRequest[] {
  const byInstant = new Map<number, Rung[]>()
  for (const one of addressees) {
    const ms = one.ringAt?.getTime() ?? 0
    byInstant.set(ms, [...(byInstant.get(ms) ?? []), one])
  }
  return [...byInstant].map(([ms, those]) => ring(notice, new Date(ms), those))
}

function ring(notice: StoredNotice, runAt: Date, those: readonly Rung[]): JobRequest {
  const payload = { notificationId: notice.id, userIds: those.map(({ userId }) => userId) }
  return request(ringInbox, payload, { runAt, ...becauseOf(notice) })
}

/** What jobs that a notice causes have in common. */
export function becauseOf({ id, tenantId, correlationId, priority }: StoredNotice): Because {
  return {
    ...{ tenantId, actor: `notification:${id}`, priority: urgencyOf(priority) },
    ...(correlationId !== null && { correlationId }),
  }
}
