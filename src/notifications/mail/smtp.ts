import type { Mail } from './mail.js'
import type { SmtpAnswer, SmtpServer } from './smtp-exchange.js'

export interface SmtpOptions extends SmtpServer {
  /** As in a `From:` header: `Linehaul <linehaul@example.com>`. */
  readonly from: string
}

/** A mail with what makes it the same mail in every attempt. */
export interface SignedMail extends Mail {
  readonly messageId: string
  readonly date: Date
}

/** The address within a `From:` header. */
export function addressOf(from: string): string {
  return /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from.trim()
}

/**
 * Hands one mail to the server, on a connection of its own.
 * @throws {SmtpError} which says whether it may have been taken nevertheless
 */
export async function handOver(
  options: SmtpOptions,
  mail: SignedMail,
  signal: AbortSignal,
): Promise<SmtpAnswer> {
  // Loaded with the first mail: most commands send none, and it takes almost a tenth of a second.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const { SmtpExchange } = await import('./smtp-exchange.js')
  const composed = new MailComposer({
    ...toComposer(mail),
    from: options.from,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  const message = await composed.build()
  const envelope = { from: addressOf(options.from), to: [...mail.to, ...mail.cc, ...mail.bcc] }
  const exchange = new SmtpExchange(options, signal)
  try {
    return await exchange.send(envelope, message)
  } finally {
    exchange.close()
  }
}

function toComposer({ to, cc, bcc, attachments, messageId, ...mail }: SignedMail) {
  return {
    ...mail,
    to: [...to],
    cc: [...cc],
    bcc: [...bcc],
    messageId: `<${messageId}>`,
    attachments: attachments.map((attachment) => ({ ...attachment })),
  }
}
