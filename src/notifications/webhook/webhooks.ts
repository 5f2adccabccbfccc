import { Secret, type Secrets } from '../../access/index.js'
import { newId } from '../../database/index.js'
import { toMs } from '../../time/index.js'
import { TooManyWebhooksError, WebhookNotFoundError } from '../errors.js'
import { countWebhooksAlone } from '../store/count-webhooks.js'
import {
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  lockWebhook,
  setFormerSecret,
  updateWebhook,
} from '../store/webhook.js'
import type { EventType } from '../event-types.js'
import { refuseSettings, type SettingsJudge } from './refuse-settings.js'
import { newWebhookSecret } from './signature.js'
import { WebhookDeliveries, type DeliveriesOptions } from './webhook-deliveries.js'
import {
  formerSecretOf,
  secretOf,
  type Webhook,
  type WebhookPlace as Place,
  type WebhookSettings,
} from './webhook.js'

/** `eventTypes` are all that webhooks can hear of. */
export interface WebhooksOptions extends DeliveriesOptions, SettingsJudge {
  readonly secrets: Pick<Secrets, 'put' | 'open' | 'remove'>
}

/** A webhook whose secret is told, this once. */
export interface IssuedWebhook extends Webhook {
  readonly secret: string
}

/** Of a tenant: each is a row and a job more for whatever happens there. */
const MOST_WEBHOOKS = 50

/** For how long the secret before the current one signs as well. */
const OVERLAP_MS = toMs('24h')

/** Where tenants want to be told what happens, as their admins see it. */
export class Webhooks {
  readonly deliveries: WebhookDeliveries

  constructor(private readonly options: WebhooksOptions) {
    this.deliveries = new WebhookDeliveries(options, (place) => this.get(place))
  }

  /** What a webhook can hear of, in order of the types. */
  get eventTypes(): readonly EventType[] {
    return this.options.eventTypes
  }

  /**
   * @throws {NotificationError} OUTGOING_REFUSED, NOTIFICATIONS_UNKNOWN_EVENT_TYPE, NOTIFICATIONS_TOO_MANY_WEBHOOKS
   * @throws ACCESS_NO_SECRETS_KEY when there is nothing to encrypt its secret with
   */
  async create(
    { tenantId, actor }: { tenantId: string; actor: string },
    settings: WebhookSettings,
  ): Promise<IssuedWebhook> {
    refuseSettings(settings, undefined, this.options)
    const place = { tenantId, id: newId() }
    const secret = newWebhookSecret()
    const webhook = await this.options.database.transaction(async (tx) => {
      if ((await countWebhooksAlone(tx, tenantId)) >= MOST_WEBHOOKS)
        throw new TooManyWebhooksError(MOST_WEBHOOKS)
      return insertWebhook(tx, place, { ...settings, createdBy: actor })
    })
    await this.#keep(place, secretOf(place.id), secret)
    return { ...webhook, secret }
  }

  list(tenantId: string, page: { limit: number; after: string | undefined }): Promise<Webhook[]> {
    return listWebhooks(this.options.database, tenantId, page)
  }

  /** @throws {WebhookNotFoundError} NOTIFICATIONS_WEBHOOK_NOT_FOUND */
  async get(place: Place): Promise<Webhook> {
    return found(place.id, await findWebhook(this.options.database, place))
  }

  /**
   * What is left out stays as it is.
   * @throws {NotificationError} NOTIFICATIONS_WEBHOOK_NOT_FOUND, OUTGOING_REFUSED, NOTIFICATIONS_UNKNOWN_EVENT_TYPE
   */
  async update(
    place: Place,
    changes: { readonly [Name in keyof WebhookSettings]?: WebhookSettings[Name] | undefined },
  ): Promise<{ before: Webhook; after: Webhook }> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
    return this.options.database.transaction(async (tx) => {
      const before = found(place.id, await lockWebhook(tx, place))
      const wanted: WebhookSettings = { ...before, ...given }
      refuseSettings(wanted, before, this.options)
      return { before, after: found(place.id, await updateWebhook(tx, place, wanted)) }
    })
  }

  /** With its secrets. What is still to be sent there is not. @throws {WebhookNotFoundError} NOTIFICATIONS_WEBHOOK_NOT_FOUND */
  async remove(place: Place): Promise<Webhook> {
    const gone = found(place.id, await deleteWebhook(this.options.database, place))
    const names = [secretOf(place.id), ...(gone.formerSecretUntil ? [formerSecretOf(place.id)] : [])]
    for (const name of names) await this.options.secrets.remove({ tenantId: place.tenantId, name })
    return gone
  }

  /**
   * Another secret; the one before signs as well for 24 hours. Within a transaction of the caller's (`joined`), so that of two
   * at once the second waits, or a secret is told that signs nothing.
   * @throws {WebhookNotFoundError} NOTIFICATIONS_WEBHOOK_NOT_FOUND
   */
  async rotate(place: Place): Promise<{ before: Webhook; after: IssuedWebhook }> {
    const { database, secrets, clock } = this.options
    const before = found(place.id, await lockWebhook(database, place))
    const current = await secrets.open(place.tenantId, secretOf(place.id))
    await this.#keep(place, formerSecretOf(place.id), current.reveal())
    const secret = newWebhookSecret()
    await this.#keep(place, secretOf(place.id), secret)
    const until = new Date(clock.now().getTime() + OVERLAP_MS)
    const after = found(place.id, await setFormerSecret(database, place, until))
    return { before, after: { ...after, secret } }
  }

  async #keep({ tenantId, id }: Place, name: string, secret: string): Promise<void> {
    const purpose = `Signs what is sent to the webhook ${id}`
    await this.options.secrets.put({ tenantId, name }, { purpose, value: new Secret(secret) })
  }
}

function found(id: string, webhook: Webhook | undefined): Webhook {
  if (!webhook) throw new WebhookNotFoundError(id)
  return webhook
}
