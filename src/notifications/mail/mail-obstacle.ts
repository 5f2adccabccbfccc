import type { SMTPError } from 'nodemailer/lib/smtp-connection'

import type { SmtpServer } from './smtp-exchange.js'

/**
 * Connects to the server and logs in, and hands nothing over.
 * @returns why it would take no mail from here; `undefined`: it would
 */
export async function findMailObstacle(server: SmtpServer, signal: AbortSignal): Promise<string | undefined> {
  // Loaded when somebody asks, as with the first mail.
  const { reasonOf, SmtpExchange } = await import('./smtp-exchange.js')
  const exchange = new SmtpExchange(server, signal)
  try {
    await exchange.begin()
    return undefined
  } catch (error) {
    return refusalOf(error as SMTPError) ?? reasonOf(error as SMTPError, server)
  } finally {
    exchange.close()
  }
}

/** RFC 4954, 6: what a server says to a login that no later try of the same will mend. */
const REFUSALS: ReadonlySet<unknown> = new Set([530, 534, 535])

// In words of our own: a server may repeat the user.
function refusalOf({ code, responseCode }: SMTPError): string | undefined {
  if (code !== 'EAUTH') return undefined
  const said = responseCode ?? code
  return REFUSALS.has(said) ? `it refuses SMTP_USER or SMTP_PASSWORD (${said})` : `the login failed (${said})`
}
