import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { requestDigest } from '../digest/request-digest.js'
import { nextDigest } from '../digest/next-digest.js'
import type { EventType } from '../event-types.js'
import type { Enqueue } from '../ports.js'
import { refuseUnknown } from '../refuse-unknown.js'
import { hasDigestItems } from '../store/digest-item.js'
import type { InboxOwner } from '../store/inbox.js'
import { findPreferences, savePreferences } from '../store/preference.js'
import { inZoneOf } from './in-zone.js'
import { readPreferences, type Preferences } from './preferences.js'

export interface OwnPreferencesOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  readonly clock: Clock
  /** What people are told of. */
  readonly eventTypes: readonly EventType[]
}

/** How somebody wants to be told, in one tenant. */
export class OwnPreferences {
  constructor(private readonly options: OwnPreferencesOptions) {}

  /** What somebody chose, or what holds by default. */
  async get(owner: InboxOwner): Promise<Preferences> {
    return readPreferences(await findPreferences(this.options.database, owner))
  }

  /**
   * From the next notice on. What waits for a digest comes with the next one as it is now, at once if there is none.
   * @throws {UnknownEventTypeError} NOTIFICATIONS_UNKNOWN_EVENT_TYPE
   */
  put(owner: InboxOwner, preferences: Preferences): Promise<void> {
    const { database, enqueue, clock } = this.options
    return database.transaction(async (tx) => {
      const before = readPreferences(await findPreferences(tx, owner))
      refuseUnknown(patternsOf(preferences), {
        among: this.options.eventTypes,
        listedAt: 'GET /api/v1/notifications/event-types',
        before: patternsOf(before),
        fieldOf: (index) => `events.${index}.pattern`,
      })
      await savePreferences(tx, owner, preferences)
      if (!(await hasDigestItems(tx, owner))) return
      const now = clock.now()
      const at = nextDigest(await inZoneOf(tx, owner.tenantId, preferences), now) ?? now
      await enqueue([requestDigest(owner, at, 'replace')], { tx })
    })
  }
}

function patternsOf({ events }: Preferences): readonly string[] {
  return events.map(({ pattern }) => pattern)
}
