import { randomUUID } from 'node:crypto'

import type { Secrets } from '../../access/index.js'
import { isUnavailable, type Database, type Transaction } from '../../database/index.js'
import { PermanentError, RetryableError } from '../../queue/index.js'
import type { Clock } from '../../time/index.js'
import type { ClaimedDelivery } from '../delivery/delivery.js'
import type { MailAttempt } from '../mail/mail-needs.js'
import type { Notify } from '../notice.js'
import { findDelivery } from '../store/delivery-view.js'
import { claimDelivery, endDelivery } from '../store/sending.js'
import { findWebhook } from '../store/webhook.js'
import { disableWebhook, noteFailure, noteSuccess } from '../store/webhook-health.js'
import { askReceiver, type Fetch, type Reply } from './ask-receiver.js'
import { forgetFailuresBefore, hasFailedLong } from './judge-answer.js'
import { disabledNotice } from './disabled-notice.js'
import { formerSecretOf, secretOf, type Webhook } from './webhook.js'
import type { WebhookResult } from './webhook-needs.js'

export interface WebhookSenderOptions {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'open'>
  /** Within 10 s, and to nowhere private. */
  readonly fetch: Fetch
  readonly notify: Notify
  readonly clock: Clock
}

/** Tells webhooks what happened, each event until it has arrived. */
export class WebhookSender {
  constructor(private readonly options: WebhookSenderOptions) {}

  async send(id: string, attempt: MailAttempt): Promise<WebhookResult> {
    const { database } = this.options
    const { tenantId } = attempt
    const claim = { claim: randomUUID(), sender: attempt, messageId: id }
    // What an attempt that vanished was sending is sent again: receivers tell by its id whether they have it.
    const claimed = await claimDelivery(database, { tenantId, id }, claim, RESENDABLE)
    if (!claimed) return this.#lookAt(id, tenantId)
    const webhook = await findWebhook(database, { tenantId, id: webhookIdOf(claimed) })
    if (!webhook?.isEnabled) return this.#drop(claimed, webhook)
    const secrets = await this.#secretsFor(webhook, claimed, attempt)
    const reply = await askReceiver(webhook.url, claimed, {
      ...this.options,
      secrets,
      signal: attempt.signal,
    })
    await database.transaction((tx) =>
      reply.verdict.kind === 'delivered'
        ? this.#succeed(tx, { webhook, claimed, reply })
        : this.#fail(tx, { webhook, claimed, reply, isLast: attempt.number >= attempt.maxAttempts }),
    )
    return resultOf(reply)
  }

  async #lookAt(id: string, tenantId: string): Promise<WebhookResult> {
    const found = await findDelivery(this.options.database, { tenantId, id, channel: 'webhook' })
    if (!found) throw new PermanentError(`This tenant has no webhook delivery "${id}", or has it no more.`)
    return { state: 'done' }
  }

  async #drop(claimed: ClaimedDelivery, webhook: Webhook | undefined): Promise<WebhookResult> {
    const error = webhook ? 'The webhook was disabled.' : 'The webhook was removed.'
    await endDelivery(this.options.database, claimed, { state: 'failed', error })
    return { state: 'dropped' }
  }

  /** That a secret cannot be read is not the receiver's fault, and no failure of the webhook; the delivery says so. */
  async #secretsFor(webhook: Webhook, claimed: ClaimedDelivery, { number, maxAttempts }: MailAttempt) {
    try {
      return await this.#secretsOf(claimed.tenantId, webhook)
    } catch (error) {
      if (isUnavailable(error)) throw error // nobody knows yet whether it can be read
      const state = number >= maxAttempts ? 'failed' : 'pending'
      await endDelivery(this.options.database, claimed, { state, error: UNREADABLE })
      throw error
    }
  }

  async #secretsOf(tenantId: string, { id, formerSecretUntil }: Webhook): Promise<readonly string[]> {
    const { secrets, clock } = this.options
    const isChanging = formerSecretUntil !== null && formerSecretUntil > clock.now()
    const names = [secretOf(id), ...(isChanging ? [formerSecretOf(id)] : [])]
    return Promise.all(names.map(async (name) => (await secrets.open(tenantId, name)).reveal()))
  }

  async #succeed(tx: Transaction, { webhook, claimed, reply }: Outcome): Promise<void> {
    await endDelivery(tx, claimed, { state: 'sent', answer: { status: reply.status } })
    await noteSuccess(tx, { tenantId: claimed.tenantId, id: webhook.id }, this.options.clock.now())
  }

  async #fail(tx: Transaction, { webhook, claimed, reply, isLast }: Outcome & { isLast: boolean }) {
    const { clock, notify } = this.options
    const isGone = reply.verdict.kind === 'gone'
    await endDelivery(tx, claimed, {
      state: isLast || isGone ? 'failed' : 'pending',
      error: reply.what,
      ...(reply.status !== undefined && { answer: { status: reply.status } }),
    })
    const place = { tenantId: claimed.tenantId, id: webhook.id }
    const now = clock.now()
    const since = await noteFailure(tx, place, { now, forgetBefore: forgetFailuresBefore(now) })
    if (!since || !(isGone || hasFailedLong(since, now))) return
    const why = isGone
      ? 'The receiver answered 410: it wants nothing any more.'
      : `Nothing has arrived there since ${since.toISOString()}.`
    if (await disableWebhook(tx, place, why))
      await notify(tx, disabledNotice(claimed.tenantId, webhook, why, claimed.id))
  }
}

interface Outcome {
  readonly webhook: Webhook
  readonly claimed: ClaimedDelivery
  readonly reply: Reply
}

const UNREADABLE = 'The secret that signs it cannot be read; whoever runs Linehaul is told why.'

const RESENDABLE = ['pending', 'failed', 'sending'] as const

function webhookIdOf({ recipient }: ClaimedDelivery): string {
  return recipient.slice('webhook:'.length)
}

function resultOf({ verdict, what, status }: Reply): WebhookResult {
  if (verdict.kind === 'again') throw new RetryableError(what, verdict.retryAfterMs)
  if (verdict.kind === 'gone') throw new PermanentError(what)
  return { state: 'sent', ...(status !== undefined && { status }) }
}
