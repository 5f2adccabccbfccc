import type { Mail } from './mail.js'
import type { SmtpServer } from './smtp-exchange.js'
import type { SmtpReply } from './smtp-reply.js'

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

/** A mail of which the server knows nothing yet, on a connection of its own that is there for it. */
export interface ReadyMail {
  /** @throws {SmtpError} which says whether it may have been taken nevertheless */
  handOver(to: readonly string[]): Promise<SmtpReply>
  close(): void
}

/**
 * Writes a mail out, connects and logs in.
 * @throws {SmtpError}
 */
export async function makeReady(
  options: SmtpOptions,
  mail: SignedMail,
  signal: AbortSignal,
): Promise<ReadyMail> {
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
  const exchange = new SmtpExchange(options, signal)
  try {
    await exchange.begin()
  } catch (error) {
    exchange.close()
    throw error
  }
  const from = addressOf(options.from)
  return {
    handOver: (to) => exchange.send({ from, to: [...to] }, message),
    close: () => exchange.close(),
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
