import type { MailAttempt } from '../mail/mail-needs.js'

/** What the sending of webhooks needs from the outside world. */
export interface WebhookNeeds {
  readonly webhookSender: {
    /** @throws {JobsError} JOBS_RETRYABLE until it has arrived or the last attempt has failed */
    send(deliveryId: string, attempt: MailAttempt): Promise<WebhookResult>
  }
}

export interface WebhookResult {
  /** `done`: it had arrived before. `dropped`: the webhook is disabled, or gone. */
  readonly state: 'sent' | 'done' | 'dropped'
  /** What the receiver answered with. */
  readonly status?: number
}
