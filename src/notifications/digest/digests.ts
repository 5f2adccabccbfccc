import { newId, type Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { meanToSend } from '../mean-to-send.js'
import type { Enqueue } from '../ports.js'
import { inZoneOf } from '../preferences/in-zone.js'
import { readPreferences } from '../preferences/preferences.js'
import { outsideQuietHours } from '../preferences/quiet-hours.js'
import { takeDigestItems } from '../store/digest-item.js'
import type { InboxOwner } from '../store/inbox.js'
import { findPreferences } from '../store/preference.js'
import { MOST_OF_ONE, MOST_TOLD, writeDigest } from './write-digest.js'

export interface DigestsOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  readonly clock: Clock
}

/** Sends what was collected for people as one mail. */
export class Digests {
  constructor(private readonly options: DigestsOptions) {}

  /** What is sent late, in quiet hours, for nothing ran when it was due, waits for their end. @returns of how many notices */
  send(owner: InboxOwner): Promise<number> {
    const { database, enqueue, clock } = this.options
    const now = clock.now()
    return database.transaction(async (tx) => {
      const id = newId()
      const limits = { most: MOST_TOLD, mostOfOne: MOST_OF_ONE + 1 } // one more, to see that it is cut
      const taken = await takeDigestItems(tx, owner, { deliveryId: id, now, ...limits })
      if (taken.count === 0) return 0
      const stored = await findPreferences(tx, owner)
      const preferences = await inZoneOf(tx, owner.tenantId, readPreferences(stored))
      const mail = {
        id,
        cause: `digest:${id}`,
        userId: owner.userId,
        notificationId: null,
        content: writeDigest(taken, preferences.timeZone),
        dueAt: outsideQuietHours(preferences, now),
      }
      const because = { tenantId: owner.tenantId, actor: `user:${owner.userId}` }
      await meanToSend(tx, [mail], { because, enqueue })
      return taken.count
    })
  }
}
