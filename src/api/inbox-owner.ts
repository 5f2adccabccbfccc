import { NotSignedInError, userIdOf, type Caller } from '../access/index.js'
import { NotificationNotFoundError, type InboxOwner } from '../notifications/index.js'

/** Whose inbox a caller's is. @throws {NotSignedInError} ACCESS_NOT_SIGNED_IN for a key, which has none */
export function inboxOwner(caller: Caller): InboxOwner {
  const userId = userIdOf(caller)
  if (userId === undefined) throw new NotSignedInError()
  return { tenantId: caller.tenantId, userId }
}

/** The same for what is asked about one notification: whoever has no inbox has not that one. @throws NOTIFICATIONS_NOT_FOUND */
export function inboxOwnerFor(caller: Caller, notificationId: string): InboxOwner {
  const userId = userIdOf(caller)
  if (userId === undefined) throw new NotificationNotFoundError(notificationId)
  return { tenantId: caller.tenantId, userId }
}
