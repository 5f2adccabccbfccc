import type { Database, Transaction } from '../../database/index.js'
import { publish } from '../../events/index.js'
import type { Clock } from '../../time/index.js'
import { AcknowledgedError, NotAcknowledgedError, NotificationNotFoundError } from '../errors.js'
import { allRead, notificationUpdated } from '../live-events.js'
import {
  countInbox,
  findInboxItem,
  selectInbox,
  type InboxCounts,
  type InboxFilter,
  type InboxItem,
  type InboxOwner,
  type Marks,
} from '../store/inbox.js'
import { markAllRead, markDelivered, updateInboxItem } from '../store/inbox-marks.js'
import { lockNotification, settleIfAcknowledged } from '../store/notification.js'

export interface InboxOptions {
  readonly database: Database
  readonly clock: Clock
}

/** What somebody was told in one tenant, and what they do about it. */
export class Inbox {
  constructor(private readonly options: InboxOptions) {}

  /** Newest first. Those whose time is over are no longer there, nor are dismissed ones unless they are asked for. */
  list(owner: InboxOwner, filter: InboxFilter): Promise<readonly InboxItem[]> {
    return selectInbox(this.options.database, owner, filter, this.options.clock.now())
  }

  /** Of what is neither read nor dismissed, and of critical ones that wait to be acknowledged. */
  count(owner: InboxOwner): Promise<InboxCounts> {
    return countInbox(this.options.database, owner, this.options.clock.now())
  }

  /** @throws {NotificationNotFoundError} NOTIFICATIONS_NOT_FOUND */
  async get(owner: InboxOwner, id: string): Promise<InboxItem> {
    const item = await findInboxItem(this.options.database, owner, id)
    if (!item) throw new NotificationNotFoundError(id)
    return item
  }

  /** When it was read first stays. @throws NOTIFICATIONS_NOT_FOUND */
  markRead(owner: InboxOwner, id: string): Promise<InboxItem> {
    return this.#mark(owner, id, ({ readAt }, now) => ({ readAt: readAt ?? now }))
  }

  /** @throws NOTIFICATIONS_NOT_FOUND, NOTIFICATIONS_ACKNOWLEDGED for one that was acknowledged, which reads it for good */
  markUnread(owner: InboxOwner, id: string): Promise<InboxItem> {
    return this.#mark(owner, id, ({ acknowledgedAt }) => {
      if (acknowledgedAt !== null) throw new AcknowledgedError(id)
      return { readAt: null }
    })
  }

  /** @throws NOTIFICATIONS_NOT_FOUND, NOTIFICATIONS_NOT_ACKNOWLEDGED for a critical one that was not acknowledged */
  dismiss(owner: InboxOwner, id: string): Promise<InboxItem> {
    return this.#mark(owner, id, ({ priority, acknowledgedAt, dismissedAt }, now) => {
      if (priority === 'critical' && acknowledgedAt === null) throw new NotAcknowledgedError(id)
      return { dismissedAt: dismissedAt ?? now }
    })
  }

  /** Takes a dismissal back. @throws NOTIFICATIONS_NOT_FOUND */
  restore(owner: InboxOwner, id: string): Promise<InboxItem> {
    return this.#mark(owner, id, () => ({ dismissedAt: null }))
  }

  /** Also reads it. There is no way back. @throws NOTIFICATIONS_NOT_FOUND */
  acknowledge(owner: InboxOwner, id: string): Promise<InboxItem> {
    return this.#mark(
      owner,
      id,
      ({ readAt, acknowledgedAt }, now) => ({
        readAt: readAt ?? now,
        acknowledgedAt: acknowledgedAt ?? now,
      }),
      (tx) => settleIfAcknowledged(tx, id, this.options.clock.statementTime()),
    )
  }

  /**
   * Reads all that are unread; when others were read stays.
   * @param upTo the newest that is meant, so that what arrives meanwhile stays unread; default: all
   * @returns how many
   * @throws {NotificationNotFoundError} NOTIFICATIONS_NOT_FOUND of an `upTo` that the owner has not
   */
  readAll(owner: InboxOwner, upTo?: string): Promise<number> {
    return this.options.database.transaction(async (tx) => {
      if (upTo !== undefined && !(await findInboxItem(tx, owner, upTo)))
        throw new NotificationNotFoundError(upTo)
      const read = await markAllRead(tx, owner, { upTo: upTo ?? null, now: this.options.clock.now() })
      if (read > 0) await publish(tx, [allRead(owner, upTo ?? null)])
      return read
    })
  }

  /**
   * One of the owner's screens says that it has them; the first says when.
   * @throws {NotificationNotFoundError} NOTIFICATIONS_NOT_FOUND of one that the owner has not; the others are marked all the same
   */
  async markDelivered(owner: InboxOwner, ids: readonly string[]): Promise<void> {
    const found = await markDelivered(this.options.database, owner, ids, this.options.clock.now())
    const missing = ids.find((id) => !found.includes(id.toLowerCase()))
    if (missing !== undefined) throw new NotificationNotFoundError(missing)
  }

  #mark(
    owner: InboxOwner,
    id: string,
    marksOf: (item: InboxItem, now: Date) => Partial<Marks>,
    afterwards?: (tx: Transaction) => Promise<void>,
  ): Promise<InboxItem> {
    return this.options.database.transaction(async (tx) => {
      await lockNotification(tx, id)
      const before = await findInboxItem(tx, owner, id)
      if (!before) throw new NotificationNotFoundError(id)
      const item = { ...before, ...marksOf(before, this.options.clock.now()) }
      await updateInboxItem(tx, owner, item)
      await afterwards?.(tx)
      await publish(tx, [notificationUpdated(owner, item)])
      return item
    })
  }
}
