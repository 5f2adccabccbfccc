import type { Database } from '../../database/index.js'
import { request } from '../../queue/index.js'
import type { Delivery } from '../delivery/delivery.js'
import type { DeliveryState } from '../delivery/delivery-state.js'
import { IllegalMoveError, MailNotFoundError } from '../errors.js'
import type { Enqueue } from '../ports.js'
import {
  countDeliveries,
  findDelivery,
  listDeliveries,
  moveDelivery,
  type DeliveryFilter,
} from '../store/delivery-view.js'
import { sendMail } from './send-mail.job.js'

interface Place {
  readonly tenantId: string
  readonly id: string
}

/** The mails of tenants, sent or not, as their admins see them. */
export class Mails {
  constructor(private readonly options: { readonly database: Database; readonly enqueue: Enqueue }) {}

  /** Newest first. */
  list(filter: Omit<DeliveryFilter, 'channel'>): Promise<Delivery[]> {
    return listDeliveries(this.options.database, { ...filter, channel: 'email' })
  }

  /** @throws {MailNotFoundError} NOTIFICATIONS_MAIL_NOT_FOUND */
  async get(place: Place): Promise<Delivery> {
    const mail = await findDelivery(this.options.database, { ...place, channel: 'email' })
    if (!mail) throw new MailNotFoundError(place.id)
    return mail
  }

  /** How many there are in each state. */
  async count(tenantId: string): Promise<Partial<Record<DeliveryState, number>>> {
    const counts = await countDeliveries(this.options.database, tenantId)
    const mails = counts.filter(({ channel }) => channel === 'email')
    return Object.fromEntries(mails.map(({ state, count }) => [state, count]))
  }

  /**
   * Sends one that is kept, has failed or is in doubt, under the same Message-ID.
   * @throws {IllegalMoveError} NOTIFICATIONS_ILLEGAL_MOVE of one that was sent, or is about to be
   */
  resend(place: Place, actor: string): Promise<{ before: Delivery; after: Delivery }> {
    const { database, enqueue } = this.options
    const { tenantId, id: deliveryId } = place
    return database.transaction(async (tx) => {
      const moved = await this.#move(place, ['kept', 'failed', 'in-doubt'], 'pending', 'sent again')
      await enqueue([request(sendMail, { deliveryId }, { tenantId, actor })], { tx })
      return moved
    })
  }

  /**
   * What somebody found out of one that is in doubt: that it was sent, or that it was not and shall not be. One that is kept
   * can be given up as well.
   * @throws {IllegalMoveError} NOTIFICATIONS_ILLEGAL_MOVE of any other
   */
  settle(place: Place, as: 'sent' | 'failed'): Promise<{ before: Delivery; after: Delivery }> {
    return this.#move(place, ['in-doubt', 'kept'], as, 'settled')
  }

  async #move(place: Place, from: readonly DeliveryState[], to: DeliveryState, verb: string) {
    const before = await this.get(place)
    const after = await moveDelivery(this.options.database, place, { from, to, error: before.error })
    if (!after) throw new IllegalMoveError(place.id, before.state, verb)
    return { before, after }
  }
}
