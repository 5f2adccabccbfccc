import { newId, type Database, type Transaction } from '../database/index.js'
import { request } from '../queue/index.js'
import { systemClock, type Clock } from '../time/index.js'
import { Digests } from './digest/digests.js'
import { mergeEventTypes, OWN_EVENT_TYPES, type EventType } from './event-types.js'
import { fitNotice } from './fit-notice.js'
import { Inbox } from './inbox/inbox.js'
import { Unreached } from './inbox/unreached.js'
import type { NotificationNeeds } from './needs.js'
import type { Notice, Notify, Priority } from './notice.js'
import type { Enqueue } from './ports.js'
import { OwnPreferences } from './preferences/own-preferences.js'
import { spreadNotice } from './spread-notice.job.js'
import { Spreader } from './spread/spreader.js'
import type { InboxOwner } from './store/inbox.js'
import { insertNotification } from './store/notification.js'
import { urgencyOf } from './urgency.js'
import { eventOfNotice } from './webhook/hear-events.js'
import { tellWebhooks } from './webhook/tell-webhooks.js'

export interface NotificationOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  /** What others tell people of, besides what this part tells by itself. Default: nothing. */
  readonly eventTypes?: readonly EventType[]
  readonly clock?: Clock
}

/** What people are told. Also serves the jobs of notifications as their needs. */
export interface Notifications extends NotificationNeeds {
  /** Told again for the same cause, it is the same notice. */
  readonly notify: Notify
  /** Tells somebody something at once, so that they see how they are told. @returns its cause */
  tellMyself(owner: InboxOwner, priority: Priority): Promise<string>
  /** What people are told of, in order of the types. */
  readonly eventTypes: readonly EventType[]
  readonly inbox: Inbox
  readonly preferences: OwnPreferences
  readonly unreached: Unreached
}

/** Builds the services of notifications on one database. */
export function createNotifications({
  database,
  enqueue,
  eventTypes = [],
  clock = systemClock,
}: NotificationOptions): Notifications {
  const tell: Notify = (tx, notice) => notify(tx, notice, { enqueue, clock })
  const types = mergeEventTypes(OWN_EVENT_TYPES, eventTypes)
  return {
    notify: tell,
    async tellMyself(owner, priority) {
      const notice = aTest(owner, priority)
      await database.transaction((tx) => tell(tx, notice))
      return notice.cause
    },
    eventTypes: types,
    inbox: new Inbox({ database, clock }),
    preferences: new OwnPreferences({ database, enqueue, clock, eventTypes: types }),
    unreached: new Unreached(database),
    spreader: new Spreader({ database, enqueue, clock }),
    digests: new Digests({ database, enqueue, clock }),
  }
}

async function notify(
  tx: Transaction,
  notice: Notice,
  { enqueue, clock }: { enqueue: Enqueue; clock: Clock },
): Promise<void> {
  const id = newId()
  const fitting = fitNotice(notice)
  if (!(await insertNotification(tx, id, fitting, clock.statementTime()))) return
  const { tenantId, correlationId, priority } = notice
  const spread = request(
    spreadNotice,
    { notificationId: id },
    {
      ...{ tenantId, actor: `notice:${notice.source}`, priority: urgencyOf(priority) },
      ...(correlationId !== undefined && { correlationId }),
    },
  )
  await enqueue([spread], { tx })
  await tellWebhooks(tx, [eventOfNotice(id, fitting, clock.now())], { enqueue })
}

function aTest({ tenantId, userId }: InboxOwner, priority: Priority): Notice {
  return {
    tenantId,
    cause: `test:${newId()}`,
    eventType: 'notification.test',
    priority,
    target: { kind: 'user', userId },
    title: 'A test',
    message: 'You asked for this, to see how you are told.',
    source: 'notifications',
  }
}
