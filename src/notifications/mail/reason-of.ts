import { LOGIN_REFUSALS, type SmtpFailure } from './judge-failure.js'
import type { SmtpServer } from './smtp-exchange.js'

/** What went wrong; for who looks after the server, with what may be set otherwise. */
export function reasonOf(
  failure: SmtpFailure & { readonly message: string },
  { tls }: Pick<SmtpServer, 'tls'>,
): string {
  const hint = hintOf(failure, tls)
  return hint === undefined ? failure.message : `${failure.message} (${hint})`
}

const OTHERS = { starttls: 'tls or none', tls: 'starttls or none', none: 'starttls or tls' }

function hintOf(
  { code, responseCode = 0, command }: SmtpFailure,
  tls: SmtpServer['tls'],
): string | undefined {
  if (code === 'ETLS') return `SMTP_TLS is ${tls}: is it ${OTHERS[tls]} that this server wants?`
  if (code === 'EAUTH' || LOGIN_REFUSALS.has(responseCode))
    return `are SMTP_USER and SMTP_PASSWORD set, and right? SMTP_TLS is ${tls}`
  if (responseCode < 500) return undefined
  if (command === 'MAIL FROM') return 'is MAIL_FROM an address that this server takes mails from?'
  return command === 'RCPT TO' || command === 'DATA' ? undefined : 'is SMTP_HOST right? Its log tells more'
}
