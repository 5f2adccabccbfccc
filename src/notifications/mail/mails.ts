import type { Database, Executor } from '../../database/index.js'
import { request } from '../../queue/index.js'
import type { Delivery } from '../delivery/delivery.js'
import type { DeliveryState } from '../delivery/delivery-state.js'
import { IllegalMoveError, MailNotFoundError } from '../errors.js'
import type { Enqueue } from '../ports.js'
import { countDeliveries } from '../store/count-deliveries.js'
import { findDelivery, listDeliveries, type DeliveryFilter } from '../store/delivery-view.js'
import { moveDelivery } from '../store/move-delivery.js'
import { sendMail } from './send-mail.job.js'

interface Place {
  readonly tenantId: string
  readonly id: string
}

const RESENDABLE = ['pending', 'kept', 'failed', 'in-doubt'] as const

/** The mails of tenants, sent or not, as their admins see them. */
export class Mails {
  constructor(private readonly options: { readonly database: Database; readonly enqueue: Enqueue }) {}

  /** Newest first. */
  list(filter: Omit<DeliveryFilter, 'channel'>): Promise<Delivery[]> {
    return listDeliveries(this.options.database, { ...filter, channel: 'email' })
  }

  /** @throws {MailNotFoundError} NOTIFICATIONS_MAIL_NOT_FOUND */
  get(place: Place): Promise<Delivery> {
    return getMail(this.options.database, place)
  }

  /** How many there are in each state. */
  async count(tenantId: string): Promise<Partial<Record<DeliveryState, number>>> {
    const counts = await countDeliveries(this.options.database, tenantId)
    const mails = counts.filter(({ channel }) => channel === 'email')
    return Object.fromEntries(mails.map(({ state, count }) => [state, count]))
  }

  /**
   * Sends one that is kept, put off, has failed or is in doubt, under the same Message-ID, at once.
   * @throws {IllegalMoveError} NOTIFICATIONS_ILLEGAL_MOVE of one that was sent, or is being sent
   */
  resend(place: Place, actor: string): Promise<{ before: Delivery; after: Delivery }> {
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
  settle(place: Place, as: 'sent' | 'failed'): Promise<{ before: Delivery; after: Delivery }> {
    const from = ['in-doubt', 'kept', 'pending'] as const
    return move(this.options.database, place, { from, to: as, verb: 'settled' })
  }
}

async function getMail(db: Executor, place: Place): Promise<Delivery> {
  const mail = await findDelivery(db, { ...place, channel: 'email' })
  if (!mail) throw new MailNotFoundError(place.id)
  return mail
}

async function move(
  db: Executor,
  place: Place,
  { from, to, verb }: { from: readonly DeliveryState[]; to: DeliveryState; verb: string },
): Promise<{ before: Delivery; after: Delivery }> {
  const before = await getMail(db, place)
  const after = await moveDelivery(db, place, { from, to, error: before.error })
  if (!after) throw new IllegalMoveError(place.id, before.state, verb)
  return { before, after }
}
