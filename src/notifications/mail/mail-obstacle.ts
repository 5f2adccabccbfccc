import type { SMTPError } from 'nodemailer/lib/smtp-connection'

import { SmtpExchange, type SmtpServer } from './smtp-exchange.js'

/**
 * Connects to the server and logs in, and hands nothing over.
 * @returns why it would take no mail from here; `undefined`: it would
 */
export async function findMailObstacle(server: SmtpServer, signal: AbortSignal): Promise<string | undefined> {
  const exchange = new SmtpExchange(server, signal)
  try {
    await exchange.begin()
    return undefined
  } catch (error) {
    return obstacleIn(error as SMTPError)
  } finally {
    exchange.close()
  }
}

function obstacleIn({ code, responseCode, message }: SMTPError): string {
  // In words of our own: a server may repeat the user.
  if (code === 'EAUTH') return `it refuses SMTP_USER or SMTP_PASSWORD (${responseCode ?? 'without a code'})`
  return message
}
