import type { Sender } from '../delivery/delivery.js'
import type { MailWish } from './send-mail-payload.js'

/** The attempt that asks for it. */
export interface MailAttempt extends Sender {
  readonly tenantId: string
  readonly maxAttempts: number
  readonly signal: AbortSignal
}

/** What the sending of mails needs from the outside world. */
export interface MailNeeds {
  readonly postman: {
    /** @throws {JobsError} JOBS_RETRYABLE, JOBS_PERMANENT as the mail server said */
    post(wish: MailWish, attempt: MailAttempt): Promise<MailResult>
  }
}

/** What became of a mail, or of those that were kept. */
export type MailResult =
  | {
      readonly state: 'sent'
      readonly deliveryId: string
      readonly messageId: string
      readonly accepted: readonly string[]
      /** Those whom the server refused, or put off to the last. */
      readonly rejected: readonly string[]
      readonly response: string
    }
  /** `done`: it was sent, or settled, before. */
  | { readonly state: 'kept' | 'in-doubt' | 'done'; readonly deliveryId: string }
  | { readonly state: 'queued'; readonly mails: number }
  /** It waits for the end of quiet hours. */
  | { readonly state: 'put-off'; readonly deliveryId: string; readonly forMs: number }
  /** The time of what it tells was over. */
  | { readonly state: 'over'; readonly deliveryId: string }
