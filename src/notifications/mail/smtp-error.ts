import type { Judgement } from './judge-failure.js'

/** A mail was not handed over, or it is not known whether it was. */
export class SmtpError extends Error {
  readonly code = 'NOTIFICATIONS_SMTP_FAILED'
  constructor(
    message: string,
    readonly judgement: Judgement,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'SmtpError'
  }
}
