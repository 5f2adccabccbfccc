import { getTenant } from '../../access/index.js'
import type { Database, Transaction } from '../../database/index.js'
import { publish } from '../../events/index.js'
import { PermanentError } from '../../queue/index.js'
import type { Clock } from '../../time/index.js'
import { isOver } from '../is-over.js'
import { notificationCreated } from '../live-events.js'
import type { LateRing } from '../needs.js'
import type { Target } from '../notice.js'
import type { Enqueue } from '../ports.js'
import { readPreferences } from '../preferences/preferences.js'
import { insertInboxItems, selectUnread } from '../store/inbox-item.js'
import { closeSpread, findNotification, type StoredNotice } from '../store/notification.js'
import type { Recipient } from '../store/recipients.js'
import type { Addressee } from './addressee.js'
import { decideDelivery } from './decide-delivery.js'
import { recipientsOf } from './find-recipients.js'
import { meanMails } from './mean-mails.js'
import { ringLater, type Rung } from './requests.js'
import { ringTimes } from './ring-times.js'

export interface SpreaderOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  readonly clock: Clock
}

/** Most people in one transaction. */
const CHUNK = 500

/** Tells one notice to many. Run again, it tells those who were not told. */
export class Spreader {
  constructor(private readonly options: SpreaderOptions) {}

  /** @throws {PermanentError} when it is for a user whom the tenant does not have; the notice says so as well. */
  async spread(tenantId: string, id: string, signal: AbortSignal): Promise<{ recipients: number }> {
    const { database, clock } = this.options
    const notice = await findNotification(database, tenantId, id)
    if (!notice || isOver(notice, clock.now())) return { recipients: 0 }
    const { timeZone } = await getTenant(database, tenantId)
    let recipients = 0
    for await (const part of recipientsOf(database, { ...notice, limit: CHUNK })) {
      if (!part) return this.#refuse(notice)
      signal.throwIfAborted()
      await this.#tell(notice, part, timeZone)
      recipients += part.length
    }
    const problem = recipients === 0 && !mayReachNobody(notice.target) ? 'nobody' : null
    await this.#close(id, recipients, problem)
    return { recipients }
  }

  /** Tells screens of what their people have not seen by themselves: now, or once the quiet hours that have begun since are over. @returns how many now */
  async ring(tenantId: string, id: string, { userIds, dueAt }: LateRing): Promise<number> {
    const { database, clock } = this.options
    const notice = await findNotification(database, tenantId, id)
    if (!notice || isOver(notice, clock.now())) return 0
    return database.transaction(async (tx) => {
      const unaware = await selectUnread(tx, { tenantId, notificationId: id, userIds })
      const now = clock.now()
      return this.#ring(tx, notice, await ringTimes(tx, notice, { userIds: unaware, dueAt, now }))
    })
  }

  async #refuse({ id, target }: StoredNotice): Promise<never> {
    await this.#close(id, 0, 'unknown user')
    const who = target.kind === 'user' ? target.userId : target.kind
    throw new PermanentError(
      `The notice is for the user "${who}", whom this tenant does not have. Nobody was told; mend whoever tells it.`,
    )
  }

  #close(id: string, recipients: number, problem: string | null): Promise<void> {
    const { database, clock } = this.options
    const now = clock.statementTime()
    return database.transaction((tx) => closeSpread(tx, id, { recipients, problem, now }))
  }

  #tell(notice: StoredNotice, part: readonly Recipient[], zone: string): Promise<void> {
    const { database, clock, enqueue } = this.options
    const addressees = addresseesOf(notice, part, { zone, now: clock.now() })
    return database.transaction(async (tx) => {
      await this.#show(tx, notice, addressees)
      await meanMails(tx, { notice, addressees, enqueue })
    })
  }

  /** Into the inboxes at once. Screens ring now, or when quiet hours are over. */
  async #show(tx: Transaction, notice: StoredNotice, addressees: readonly Addressee[]): Promise<void> {
    const { id: notificationId, tenantId } = notice
    const userIds = addressees.filter(({ ringAt }) => ringAt !== null).map(({ userId }) => userId)
    const told = new Set(await insertInboxItems(tx, { tenantId, notificationId, userIds }))
    await this.#ring(
      tx,
      notice,
      addressees.filter(({ userId }) => told.has(userId)),
    )
  }

  /** @returns for how many at once */
  async #ring(tx: Transaction, notice: StoredNotice, those: readonly Rung[]): Promise<number> {
    const now = this.options.clock.now()
    const isLater = ({ ringAt }: Rung) => ringAt !== null && ringAt > now
    const atOnce = those.filter((one) => !isLater(one))
    await publish(
      tx,
      atOnce.map(({ userId }) => notificationCreated(notice, userId)),
    )
    const later = ringLater(notice, those.filter(isLater))
    if (later.length > 0) await this.options.enqueue(later, { tx })
    return atOnce.length
  }
}

function addresseesOf(
  notice: StoredNotice,
  part: readonly Recipient[],
  { zone, now }: { zone: string; now: Date },
): readonly Addressee[] {
  return part.map((recipient) => {
    const preferences = readPreferences(recipient.preferences)
    const inZone = { ...preferences, timeZone: preferences.timeZone ?? zone }
    return { ...recipient, ...decideDelivery(inZone, notice, now) }
  })
}

/** Whoever told it has said that it is for that user alone, if they are still there. */
function mayReachNobody(target: Target): boolean {
  if (target.kind !== 'user' || target.orElse === undefined) return false
  return target.orElse === null || mayReachNobody(target.orElse)
}
