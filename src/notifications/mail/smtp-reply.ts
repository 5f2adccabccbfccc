import type { SMTPError } from 'nodemailer/lib/smtp-connection'

import { judgeFailure } from './judge-failure.js'

/** What the server said to a mail that it took. */
export interface SmtpAnswer {
  readonly accepted: readonly string[]
  /** Those whom it refused while it took the mail for others. */
  readonly rejected: readonly string[]
  readonly response: string
}

/** The same, of one attempt. */
export interface SmtpReply extends SmtpAnswer {
  /** Those whom it wants to be asked for once more, later. */
  readonly putOff: readonly string[]
  /** What it said to the first of these. */
  readonly why: string | undefined
}

/** What nodemailer tells of it. */
export interface Told {
  readonly accepted?: readonly string[]
  readonly rejected?: readonly string[]
  readonly rejectedErrors?: readonly (SMTPError & { readonly recipient?: string })[]
  readonly response?: string
}

export function replyOf(told: Told | undefined): SmtpReply {
  const { accepted = [], rejected = [], rejectedErrors = [], response = '' } = told ?? {}
  const later = rejectedErrors.filter((error) => judgeFailure(error, false) === 'again')
  const putOff = rejected.filter((address) => later.some(({ recipient }) => recipient === address))
  const refused = rejected.filter((address) => !putOff.includes(address))
  return { accepted, rejected: refused, response, putOff, why: later[0]?.message }
}
