import { newId, type Database, type Transaction } from '../database/index.js'
import { request } from '../queue/index.js'
import { systemClock, type Clock } from '../time/index.js'
import { fitNotice } from './fit-notice.js'
import type { NotificationNeeds } from './needs.js'
import type { Notice, Notify } from './notice.js'
import type { Enqueue } from './ports.js'
import { spreadNotice } from './spread-notice.job.js'
import { Spreader } from './spread/spreader.js'
import { insertNotification } from './store/notification.js'
import { eventOfNotice } from './webhook/hear-events.js'
import { tellWebhooks } from './webhook/tell-webhooks.js'

export interface NotificationOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  readonly clock?: Clock
}

/** What people are told. Also serves the jobs of notifications as their needs. */
export interface Notifications extends NotificationNeeds {
  /** Told again for the same cause, it is the same notice. */
  readonly notify: Notify
}

/** Builds the services of notifications on one database. */
export function createNotifications({
  database,
  enqueue,
  clock = systemClock,
}: NotificationOptions): Notifications {
  return {
    notify: (tx, notice) => notify(tx, notice, { enqueue, clock }),
    spreader: new Spreader({ database, enqueue, clock }),
  }
}

async function notify(
  tx: Transaction,
  notice: Notice,
  { enqueue, clock }: { enqueue: Enqueue; clock: Clock },
): Promise<void> {
  const id = newId()
  if (!(await insertNotification(tx, id, fitNotice(notice), clock.statementTime()))) return
  const { tenantId, correlationId } = notice
  const spread = request(
    spreadNotice,
    { notificationId: id },
    { tenantId, actor: `notice:${notice.source}`, ...(correlationId !== undefined && { correlationId }) },
  )
  await enqueue([spread], { tx })
  await tellWebhooks(tx, [eventOfNotice(id, fitNotice(notice), clock.now())], { enqueue })
}
