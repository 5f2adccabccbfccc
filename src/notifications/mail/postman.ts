import type { Database } from '../../database/index.js'
import { PermanentError, request, RetryableError } from '../../queue/index.js'
import type { Clock } from '../../time/index.js'
import { statesBefore } from '../delivery/delivery-state.js'
import type { Notify } from '../notice.js'
import type { Enqueue } from '../ports.js'
import { inZoneOf } from '../preferences/in-zone.js'
import { readPreferences } from '../preferences/preferences.js'
import { insertDeliveries } from '../store/delivery.js'
import { findMail, type StoredMail } from '../store/mail-view.js'
import { findMailTiming } from '../store/mail-timing.js'
import { deferDelivery, doubtDelivery, moveDelivery, takeKept } from '../store/move-delivery.js'
import { findPreferences } from '../store/preference.js'
import { Dispatch } from './dispatch.js'
import { judgeTime, OVER, type TimeVerdict } from './judge-time.js'
import type { Mail } from './mail.js'
import type { MailAttempt, MailResult } from './mail-needs.js'
import { sendMail } from './send-mail.job.js'
import type { MailWish } from './send-mail-payload.js'
import type { SmtpOptions } from './smtp.js'

export interface PostmanOptions {
  readonly database: Database
  readonly enqueue: Enqueue
  /** Tells admins of a mail that has failed for good. */
  readonly notify: Notify
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
    const { database, smtp, notify } = this.options
    if (!smtp) return this.#keep(id, attempt)
    const mail = await this.#find({ tenantId: attempt.tenantId, id })
    if (!statesBefore('sending').includes(mail.state)) return this.#lookAt(id, attempt)
    const time = await this.#timeFor(mail, attempt.tenantId)
    if (time.kind === 'over') return this.#giveUp(id, attempt)
    if (time.kind === 'later' && mail.state === 'pending') return this.#putOff(id, time.at, attempt)
    const result = await new Dispatch({ database, smtp, mail, attempt, notify }).run()
    return result ?? this.#tell(mail.id, attempt)
  }

  async #timeFor({ id }: StoredMail, tenantId: string): Promise<TimeVerdict> {
    const { database, clock } = this.options
    const timing = await findMailTiming(database, { tenantId, id })
    if (!timing) return { kind: 'now' }
    const stored = await findPreferences(database, { tenantId, userId: timing.userId })
    const preferences = await inZoneOf(database, tenantId, readPreferences(stored))
    return judgeTime(timing, preferences, clock.now())
  }

  async #giveUp(id: string, { tenantId }: MailAttempt): Promise<MailResult> {
    const move = { from: ['pending', 'kept'], to: 'failed', error: OVER } as const
    await moveDelivery(this.options.database, { tenantId, id }, move)
    return { state: 'over', deliveryId: id }
  }

  async #putOff(id: string, until: Date, { tenantId }: MailAttempt): Promise<MailResult> {
    const { database, clock } = this.options
    await deferDelivery(database, { tenantId, id }, until)
    return { state: 'put-off', deliveryId: id, forMs: until.getTime() - clock.now().getTime() }
  }

  async #keep(id: string, attempt: MailAttempt): Promise<MailResult> {
    const { tenantId } = attempt
    const move = { from: ['pending', 'failed'], to: 'kept', error: null } as const
    const kept = await moveDelivery(this.options.database, { tenantId, id }, move)
    return kept ? { state: 'kept', deliveryId: id } : this.#lookAt(id, attempt)
  }

  /** Why there is nothing to send: it was sent before, or nobody knows whether it was. */
  async #lookAt(id: string, attempt: MailAttempt): Promise<MailResult> {
    const { tenantId, jobId } = attempt
    await doubtDelivery(this.options.database, { tenantId, id, jobId, why: IN_DOUBT })
    return this.#tell(id, attempt)
  }

  async #tell(id: string, { tenantId }: MailAttempt): Promise<MailResult> {
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
