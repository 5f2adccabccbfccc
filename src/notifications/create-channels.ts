import type { Secrets } from '../access/index.js'
import type { Database } from '../database/index.js'
import { systemClock, type Clock } from '../time/index.js'
import { mergeEventTypes, type EventType } from './event-types.js'
import type { MailNeeds } from './mail/mail-needs.js'
import { Mails } from './mail/mails.js'
import { Postman } from './mail/postman.js'
import type { SmtpOptions } from './mail/smtp.js'
import type { Notify } from './notice.js'
import type { Enqueue } from './ports.js'
import type { Fetch } from './webhook/ask-receiver.js'
import type { RefusalOf } from './webhook/refuse-settings.js'
import type { WebhookNeeds } from './webhook/webhook-needs.js'
import { WebhookSender } from './webhook/webhook-sender.js'
import { Webhooks } from './webhook/webhooks.js'

export interface ChannelOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  /** Tells admins of a webhook that is not tried any more, and of a mail that has failed for good. */
  readonly notify: Notify
  /** Those of webhooks lie there. */
  readonly secrets: Pick<Secrets, 'put' | 'open' | 'remove'>
  /** The mail server. Without one mails are kept. */
  readonly smtp: SmtpOptions | undefined
  /** Asks addresses that people gave: within 10 s, and nowhere private. */
  readonly fetch: Fetch
  /** Why `fetch` would refuse an address, wherever its name leads. */
  readonly refusalOf: RefusalOf
  /** What webhooks can hear of: notices, and what happens in the domains. */
  readonly eventTypes: readonly EventType[]
  readonly clock?: Clock
}

export type ChannelNeeds = MailNeeds & WebhookNeeds

/** How people and programs are told outside of this product. Also serves the jobs that send as their needs. */
export interface Channels extends ChannelNeeds {
  readonly mails: Mails
  readonly webhooks: Webhooks
}

/** Builds the services of mail and webhooks on one database. */
export function createChannels({ clock = systemClock, eventTypes, ...options }: ChannelOptions): Channels {
  const all = { ...options, eventTypes: mergeEventTypes(eventTypes), clock }
  return {
    mails: new Mails(all),
    webhooks: new Webhooks(all),
    postman: new Postman(all),
    webhookSender: new WebhookSender(all),
  }
}
