import type { SMTPError } from 'nodemailer/lib/smtp-connection'

import { LOGIN_REFUSALS } from './judge-failure.js'
import { reasonOf } from './reason-of.js'
import type { SmtpServer } from './smtp-exchange.js'

/**
 * Connects to the server and logs in, and hands nothing over.
 * @returns why it would take no mail from here; `undefined`: it would
 */
export async function findMailObstacle(server: SmtpServer, signal: AbortSignal): Promise<string | undefined> {
  // Loaded when somebody asks, as with the first mail.
  const { SmtpExchange } = await import('./smtp-exchange.js')
  const exchange = new SmtpExchange(server, signal)
  try {
    await exchange.begin()
    return undefined
  } catch (error) {
    const { cause } = error as { cause: SMTPError }
    return refusalOf(cause) ?? reasonOf(cause, server)
  } finally {
    exchange.close()
  }
}

// In words of our own: a server may repeat the user.
function refusalOf({ code, responseCode }: SMTPError): string | undefined {
  if (code !== 'EAUTH') return undefined
  const said = responseCode ?? code
  return LOGIN_REFUSALS.has(said)
    ? `it refuses SMTP_USER or SMTP_PASSWORD (${said})`
    : `the login failed (${said})`
}
