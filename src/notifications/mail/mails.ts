import type { Database, Executor, Transaction } from '../../database/index.js'
import { request } from '../../queue/index.js'
import { DELIVERY_STATES, type DeliveryState } from '../delivery/delivery-state.js'
import { IllegalMoveError, MailNotFoundError } from '../errors.js'
import type { Enqueue } from '../ports.js'
import { countMails } from '../store/count-deliveries.js'
import { findMail, listMails, type MailFilter } from '../store/mail-view.js'
import { moveDelivery } from '../store/move-delivery.js'
import { sendMail } from './send-mail.job.js'
import { showMail, type ShownMail } from './shown-mail.js'

interface Place {
  readonly tenantId: string
  readonly id: string
}

interface Moved {
  readonly before: ShownMail
  readonly after: ShownMail
}

export type MailCounts = Readonly<Record<DeliveryState, number>> & {
  /** Of which states there are more than were counted. */
  readonly atLeast: readonly DeliveryState[]
}

const NONE = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>

const RESENDABLE = ['pending', 'kept', 'failed', 'in-doubt'] as const

/** The mails of tenants, sent or not, as their admins see them. */
export class Mails {
  constructor(private readonly options: { readonly database: Database; readonly enqueue: Enqueue }) {}

  /** Newest first. */
  async list(filter: MailFilter): Promise<ShownMail[]> {
    return (await listMails(this.options.database, filter)).map(showMail)
  }

  /** @throws {MailNotFoundError} NOTIFICATIONS_MAIL_NOT_FOUND */
  get(place: Place): Promise<ShownMail> {
    return getMail(this.options.database, place)
  }

  /** How many there are in each state, as far as 10,000. */
  async count(tenantId: string): Promise<MailCounts> {
    const counts = await countMails(this.options.database, tenantId)
    return {
      ...NONE,
      ...Object.fromEntries(counts.map(({ state, count }) => [state, count])),
      atLeast: counts.filter(({ isAtLeast }) => isAtLeast).map(({ state }) => state),
    }
  }

  /**
   * Sends one that is kept, put off, has failed or is in doubt, under the same Message-ID, at once.
   * @throws {IllegalMoveError} NOTIFICATIONS_ILLEGAL_MOVE of one that was sent, or is being sent
   */
  resend(place: Place, actor: string): Promise<Moved> {
    const { database, enqueue } = this.options
    const { tenantId, id: deliveryId } = place
    return database.transaction(async (tx) => {
      const moved = await move(tx, place, { from: RESENDABLE, to: 'pending', verb: 'sent again' })
      await enqueue([request(sendMail, { deliveryId }, { tenantId, actor })], { tx })
      return moved
    })
  }

  /**
   * What somebody found out of one that is in doubt: that it was sent, or that it was not and shall not be. One that is kept
   * or put off can be given up as well.
   * @throws {IllegalMoveError} NOTIFICATIONS_ILLEGAL_MOVE of any other
   */
  settle(place: Place, as: 'sent' | 'failed'): Promise<Moved> {
    const from = ['in-doubt', 'kept', 'pending'] as const
    return this.options.database.transaction((tx) => move(tx, place, { from, to: as, verb: 'settled' }))
  }
}

async function getMail(db: Executor, place: Place): Promise<ShownMail> {
  const mail = await findMail(db, place)
  if (!mail) throw new MailNotFoundError(place.id)
  return showMail(mail)
}

async function move(
  tx: Transaction,
  place: Place,
  { from, to, verb }: { from: readonly DeliveryState[]; to: DeliveryState; verb: string },
): Promise<Moved> {
  const before = await getMail(tx, place)
  const moved = await moveDelivery(tx, place, { from, to, error: before.error })
  if (!moved) throw new IllegalMoveError(place.id, before.state, verb)
  return { before, after: await getMail(tx, place) }
}
