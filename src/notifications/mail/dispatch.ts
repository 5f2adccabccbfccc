import { randomUUID } from 'node:crypto'

import type { Database, Executor, Transaction } from '../../database/index.js'
import { PermanentError, RetryableError } from '../../queue/index.js'
import type { ClaimedDelivery } from '../delivery/delivery.js'
import type { Notify } from '../notice.js'
import type { StoredMail } from '../store/mail-view.js'
import { claimDelivery, endDelivery } from '../store/sending.js'
import { addressesOf, composeMail } from './compose-mail.js'
import { endingOfFailure, endingOfReply, leftOf, type MailEnding } from './ending-of.js'
import { failedNotice } from './failed-notice.js'
import type { MailAttempt, MailResult } from './mail-needs.js'
import { addressOf, makeReady, type ReadyMail, type SmtpOptions } from './smtp.js'
import { SmtpError } from './smtp-error.js'
import type { SmtpAnswer, SmtpReply } from './smtp-reply.js'

export interface DispatchOptions {
  readonly database: Database
  readonly smtp: SmtpOptions
  readonly mail: StoredMail
  readonly attempt: MailAttempt
  readonly notify: Notify
}

/** One attempt to send one mail. */
export class Dispatch {
  constructor(private readonly options: DispatchOptions) {}

  /**
   * Claims the mail once the connection is there for it: a process that dies before that leaves nobody in doubt.
   * @returns nothing where somebody else has claimed it meanwhile
   */
  async run(): Promise<MailResult | undefined> {
    let ready: ReadyMail
    try {
      ready = await this.#makeReady()
    } catch (error) {
      return this.#failUnsent(error)
    }
    try {
      const claimed = await this.#claim(this.options.database)
      return claimed && (await this.#handOver(claimed, ready))
    } finally {
      ready.close()
    }
  }

  #makeReady(): Promise<ReadyMail> {
    const { smtp, mail, attempt } = this.options
    const signed = { ...composeMail(mail), messageId: this.#messageId, date: mail.createdAt }
    return makeReady(smtp, signed, attempt.signal)
  }

  get #messageId(): string {
    const { mail, smtp } = this.options
    return mail.messageId ?? `${mail.id}@${addressOf(smtp.from).split('@').at(-1) ?? ''}`
  }

  #claim(db: Executor): Promise<ClaimedDelivery | undefined> {
    const { mail, attempt } = this.options
    const place = { tenantId: attempt.tenantId, id: mail.id }
    return claimDelivery(db, place, {
      claim: randomUUID(),
      sender: attempt,
      messageId: this.#messageId,
    })
  }

  async #handOver(claimed: ClaimedDelivery, ready: ReadyMail): Promise<MailResult> {
    const circumstances = this.#circumstancesOf(claimed)
    let reply: SmtpReply
    try {
      reply = await ready.handOver(circumstances.left)
    } catch (error) {
      const ending = endingOfFailure(error, circumstances)
      await this.options.database.transaction((tx) => this.#end(tx, claimed, ending))
      return resultOf(claimed, ending, error)
    }
    const ending = endingOfReply(reply, circumstances)
    await endDelivery(this.options.database, claimed, ending)
    return resultOf(claimed, ending)
  }

  /** Nobody sees that it was claimed: nothing of it has gone out. */
  async #failUnsent(error: unknown): Promise<MailResult | undefined> {
    const ended = await this.options.database.transaction(async (tx) => {
      const claimed = await this.#claim(tx)
      if (!claimed) return undefined
      const ending = endingOfFailure(error, this.#circumstancesOf(claimed))
      await this.#end(tx, claimed, ending)
      return { claimed, ending }
    })
    return ended && resultOf(ended.claimed, ended.ending, error)
  }

  /** A mail that has failed for good is told to those who can send it again. */
  async #end(tx: Transaction, claimed: ClaimedDelivery, ending: MailEnding): Promise<void> {
    const { mail, attempt, notify } = this.options
    if (!(await endDelivery(tx, claimed, ending)) || ending.state !== 'failed') return
    const notice = failedNotice(attempt.tenantId, mail, ending.error ?? '')
    if (notice) await notify(tx, notice)
  }

  /** What others were answered is known for sure by who has claimed it. */
  #circumstancesOf({ answer }: ClaimedDelivery) {
    const { mail, attempt } = this.options
    const before = (answer ?? undefined) as SmtpAnswer | undefined
    const isLast = attempt.number >= attempt.maxAttempts
    return { before, isLast, left: leftOf(addressesOf(mail), before) }
  }
}

/** @throws what the job is to be tried again for, or is dead of */
function resultOf({ id, messageId }: ClaimedDelivery, ending: MailEnding, cause?: unknown): MailResult {
  const { state, error = '', answer } = ending
  if (state === 'sent' && answer) return { state, deliveryId: id, messageId, ...answer }
  if (state === 'in-doubt') return { state, deliveryId: id }
  if (cause !== undefined && !(cause instanceof SmtpError)) throw cause
  throw cause?.judgement === 'never'
    ? new PermanentError(error, { cause })
    : new RetryableError(error, undefined, { cause })
}
