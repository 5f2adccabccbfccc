import { randomUUID } from 'node:crypto'

import type { Database } from '../../database/index.js'
import { PermanentError, request, RetryableError } from '../../queue/index.js'
import type { Clock } from '../../time/index.js'
import type { ClaimedDelivery, Ending } from '../delivery/delivery.js'
import type { Enqueue } from '../ports.js'
import { insertDeliveries } from '../store/delivery.js'
import { findMail, type StoredMail } from '../store/mail-view.js'
import { doubtDelivery, moveDelivery, takeKept } from '../store/move-delivery.js'
import { claimDelivery, endDelivery } from '../store/sending.js'
import { composeMail } from './compose-mail.js'
import type { Mail } from './mail.js'
import type { MailAttempt, MailResult } from './mail-needs.js'
import { sendMail } from './send-mail.job.js'
import type { MailWish } from './send-mail-payload.js'
import { addressOf, handOver, type SmtpOptions } from './smtp.js'
import { SmtpError } from './smtp-error.js'
import type { SmtpAnswer } from './smtp-exchange.js'

export interface PostmanOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  /** Without one, mails are kept. */
  readonly smtp: SmtpOptions | undefined
  readonly clock: Clock
}

/** Most kept mails that one job puts in line. */
const MOST_KEPT = 1_000

const IN_DOUBT =
  'The process that sent it ended before it could write down whether the mail server took it. Look there for its Message-ID, then settle it.'

/** Sends mails, each of them once as far as that can be known. */
export class Postman {
  constructor(private readonly options: PostmanOptions) {}

  async post(wish: MailWish, attempt: MailAttempt): Promise<MailResult> {
    if (wish.kind === 'kept') return this.#queueKept(attempt)
    if (wish.kind === 'delivery') return this.#deliver(wish.deliveryId, attempt)
    return this.#deliver(await this.#writeDown(wish.mail, attempt), attempt)
  }

  /** A mail given whole is the job's own: it has the job's id, so that another attempt finds it again. */
  async #writeDown(mail: Mail, { jobId, tenantId }: MailAttempt): Promise<string> {
    const delivery = {
      id: jobId,
      cause: `job:${jobId}`,
      channel: 'email' as const,
      recipient: mail.to[0] as string,
      notificationId: null,
      content: JSON.stringify(mail),
      dueAt: this.options.clock.now(),
    }
    await insertDeliveries(this.options.database, tenantId, [delivery])
    return jobId
  }

  async #queueKept({ tenantId, jobId }: MailAttempt): Promise<MailResult> {
    const { database, enqueue, smtp } = this.options
    if (!smtp) throw new PermanentError('There is no mail server to send by: set SMTP_HOST.')
    const mails = await database.transaction(async (tx) => {
      const ids = await takeKept(tx, tenantId, MOST_KEPT)
      const requests = ids.map((deliveryId) =>
        request(sendMail, { deliveryId }, { tenantId, actor: `job:${jobId}` }),
      )
      await enqueue(requests, { tx })
      return ids.length
    })
    return { state: 'queued', mails }
  }

  async #deliver(id: string, attempt: MailAttempt): Promise<MailResult> {
    const { database, smtp } = this.options
    const { tenantId } = attempt
    if (!smtp) return this.#keep(id, attempt)
    const messageId = `${id}@${addressOf(smtp.from).split('@').at(-1) ?? ''}`
    const claim = { claim: randomUUID(), sender: attempt, messageId }
    const claimed = await claimDelivery(database, { tenantId, id }, claim)
    if (!claimed) return this.#lookAt(id, attempt)
    return this.#send(claimed, smtp, attempt)
  }

  async #send(claimed: ClaimedDelivery, smtp: SmtpOptions, attempt: MailAttempt): Promise<MailResult> {
    const { database } = this.options
    const { id, messageId, createdAt: date } = claimed
    let answer: SmtpAnswer
    try {
      const mail = composeMail(await this.#find(claimed))
      answer = await handOver(smtp, { ...mail, messageId, date }, attempt.signal)
    } catch (error) {
      return this.#fail(claimed, error, attempt)
    }
    await endDelivery(database, claimed, { state: 'sent', answer })
    return { state: 'sent', deliveryId: id, messageId, ...answer }
  }

  async #fail(claimed: ClaimedDelivery, cause: unknown, attempt: MailAttempt): Promise<MailResult> {
    const ending = endingOf(cause, attempt.number >= attempt.maxAttempts)
    await endDelivery(this.options.database, claimed, ending)
    if (ending.state === 'in-doubt') return { state: 'in-doubt', deliveryId: claimed.id }
    if (!(cause instanceof SmtpError)) throw cause
    throw cause.judgement === 'never'
      ? new PermanentError(cause.message, { cause })
      : new RetryableError(cause.message, undefined, { cause })
  }

  async #keep(id: string, attempt: MailAttempt): Promise<MailResult> {
    const { tenantId } = attempt
    const move = { from: ['pending', 'failed'], to: 'kept', error: null } as const
    const kept = await moveDelivery(this.options.database, { tenantId, id }, move)
    return kept ? { state: 'kept', deliveryId: id } : this.#lookAt(id, attempt)
  }

  /** Why there is nothing to send: it was sent before, or nobody knows whether it was. */
  async #lookAt(id: string, { tenantId, jobId }: MailAttempt): Promise<MailResult> {
    const { database } = this.options
    await doubtDelivery(database, { tenantId, id, jobId, why: IN_DOUBT })
    const found = await this.#find({ tenantId, id })
    if (found.state === 'sending') throw new RetryableError('Another job is sending it at this moment.')
    const state = found.state === 'in-doubt' || found.state === 'kept' ? found.state : 'done'
    return { state, deliveryId: id }
  }

  async #find(place: { tenantId: string; id: string }): Promise<StoredMail> {
    const found = await findMail(this.options.database, place)
    if (!found) throw new PermanentError(`This tenant has no mail "${place.id}" to send, or has it no more.`)
    return found
  }
}

function endingOf(error: unknown, isLast: boolean): Ending {
  const why = error instanceof Error ? error.message : String(error)
  return { state: stateAfter(error, isLast), error: why }
}

function stateAfter(error: unknown, isLast: boolean): Ending['state'] {
  if (error instanceof SmtpError && error.judgement === 'in-doubt') return 'in-doubt'
  const isOver =
    error instanceof PermanentError || (error instanceof SmtpError && error.judgement === 'never')
  return isOver || isLast ? 'failed' : 'pending'
}
