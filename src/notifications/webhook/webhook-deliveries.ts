import { newId, type Database } from '../../database/index.js'
import { request } from '../../queue/index.js'
import type { Clock } from '../../time/index.js'
import type { Delivery } from '../delivery/delivery.js'
import { DeliveryNotFoundError, IllegalMoveError, WebhookDisabledError } from '../errors.js'
import type { Enqueue } from '../ports.js'
import { findDelivery, listDeliveries, type DeliveryFilter } from '../store/delivery-view.js'
import { moveDelivery } from '../store/move-delivery.js'
import { sendWebhook } from './send-webhook.job.js'
import { sendAll } from './tell-webhooks.js'
import type { Webhook, WebhookPlace as Place } from './webhook.js'

export interface DeliveriesOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  readonly clock: Clock
}

/** What webhooks were sent, or are to be. */
export class WebhookDeliveries {
  constructor(
    private readonly options: DeliveriesOptions,
    /** @throws {WebhookNotFoundError} NOTIFICATIONS_WEBHOOK_NOT_FOUND */
    private readonly getWebhook: (place: Place) => Promise<Webhook>,
  ) {}

  /** Sends an event of the type `webhook.test`, whatever it hears of. @throws {WebhookDisabledError} NOTIFICATIONS_WEBHOOK_DISABLED */
  async sendTest(place: Place): Promise<Delivery> {
    const { database, enqueue, clock } = this.options
    const { tenantId } = place
    await this.#getEnabled(place)
    const event = { tenantId, cause: `test:${newId()}`, type: 'webhook.test', at: clock.now(), data: {} }
    const id = newId()
    const tellings = [{ id, event, webhookId: place.id }]
    await database.transaction((tx) => sendAll(tx, { tenantId, tellings, enqueue }))
    return this.get(place, id)
  }

  /** Newest first. @throws {WebhookNotFoundError} NOTIFICATIONS_WEBHOOK_NOT_FOUND */
  async list(place: Place, filter: Pick<DeliveryFilter, 'state' | 'limit' | 'after'>): Promise<Delivery[]> {
    const { id, tenantId } = place
    await this.getWebhook(place)
    return listDeliveries(this.options.database, { tenantId, recipient: `webhook:${id}`, ...filter })
  }

  /** @throws {DeliveryNotFoundError} NOTIFICATIONS_DELIVERY_NOT_FOUND */
  async get({ tenantId, id }: Place, deliveryId: string): Promise<Delivery> {
    const of = { tenantId, id: deliveryId, channel: 'webhook' } as const
    const delivery = await findDelivery(this.options.database, of)
    if (delivery?.recipient !== `webhook:${id}`) throw new DeliveryNotFoundError(deliveryId)
    return delivery
  }

  /**
   * Sends what has arrived, failed or was put off once more, under the same id.
   * @throws {IllegalMoveError} NOTIFICATIONS_ILLEGAL_MOVE while it is being sent
   */
  async redeliver(place: Place, deliveryId: string): Promise<{ before: Delivery; after: Delivery }> {
    const { database, enqueue } = this.options
    const { tenantId } = place
    await this.#getEnabled(place)
    const before = await this.get(place, deliveryId)
    const move = { from: ['sent', 'failed', 'pending'], to: 'pending', error: null } as const
    const after = await database.transaction(async (tx) => {
      const moved = await moveDelivery(tx, { tenantId, id: deliveryId }, move)
      if (!moved) throw new IllegalMoveError(deliveryId, before.state, 'redelivered')
      const payload = { deliveryId, webhookId: place.id }
      await enqueue([request(sendWebhook, payload, { tenantId, actor: before.recipient })], { tx })
      return moved
    })
    return { before, after }
  }

  async #getEnabled(place: Place): Promise<Webhook> {
    const webhook = await this.getWebhook(place)
    if (!webhook.isEnabled) throw new WebhookDisabledError(place.id)
    return webhook
  }
}
