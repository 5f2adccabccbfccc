import { Readable } from 'node:stream'

import SMTPConnection, { type SMTPError } from 'nodemailer/lib/smtp-connection'

import { judgeFailure, type Judgement } from './judge-failure.js'
import { reasonOf } from './reason-of.js'
import { SmtpError } from './smtp-error.js'
import { replyOf, type SmtpReply, type Told } from './smtp-reply.js'

/** Where mails are handed over. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** `starttls`: encrypted, or not at all; `tls`: from the first byte; `none`: in clear text. */
  readonly tls: 'starttls' | 'tls' | 'none'
  readonly user?: string | undefined
  readonly password?: string | undefined
}

/** Each of the steps may take so long; the job has a time of its own besides. */
const STEP_MS = 10_000

/** One conversation with a server. */
export class SmtpExchange {
  readonly #connection: SMTPConnection
  readonly #options: SmtpServer
  /** Rejects when the conversation breaks off, or nobody waits for it any more. */
  readonly #broken: Promise<never>
  #hasBegun = false

  constructor(options: SmtpServer, signal: AbortSignal) {
    this.#options = options
    this.#connection = new SMTPConnection({
      host: options.host,
      port: options.port,
      secure: options.tls === 'tls',
      requireTLS: options.tls === 'starttls',
      ignoreTLS: options.tls === 'none',
      connectionTimeout: STEP_MS,
      greetingTimeout: STEP_MS,
      socketTimeout: STEP_MS,
      socketCloseTimeout: 0,
    })
    this.#broken = new Promise((_, reject) => {
      this.#connection.on('error', reject)
      const giveUp = (): void => reject(new Error('the time for it was up'))
      if (signal.aborted) giveUp()
      signal.addEventListener('abort', giveUp, { once: true })
    })
    this.#broken.catch(() => undefined) // it may break once nobody listens any more
  }

  /**
   * Connects, and logs in where there is a user: nothing of a mail is told yet.
   * @throws {SmtpError}
   */
  async begin(): Promise<void> {
    await this.#step((done) => this.#connection.connect(done))
    const { user, password = '' } = this.#options
    if (user === undefined) return
    await this.#step((done) => this.#connection.login({ credentials: { user, pass: password } }, done))
  }

  /** @throws {SmtpError} which says whether the mail may have been taken nevertheless */
  async send(envelope: { from: string; to: string[] }, message: Buffer): Promise<SmtpReply> {
    const size = message.length
    const told = await this.#step<Told>((done) =>
      this.#connection.send({ ...envelope, size }, this.#observed(message), done),
    )
    return replyOf(told)
  }

  close(): void {
    this.#connection.close()
  }

  async #step<Answer>(begin: (done: (error?: Error | null, answer?: Answer) => void) => void) {
    const stepped = new Promise<Answer | undefined>((resolve, reject) =>
      begin((error, answer) => (error ? reject(error) : resolve(answer))),
    )
    try {
      return await Promise.race([stepped, this.#broken])
    } catch (error) {
      throw this.#told(error as SMTPError)
    }
  }

  /** Notes that the mail itself goes out: nobody reads it before the server has agreed to take it. */
  #observed(message: Buffer): Readable {
    const begin = (): void => void (this.#hasBegun = true)
    return Readable.from(
      (function* () {
        begin()
        yield message
      })(),
      { objectMode: false },
    )
  }

  #told(error: SMTPError): SmtpError {
    const judgement = judgeFailure(error, this.#hasBegun)
    const text = `The mail server ${PHRASES[judgement]}: ${reasonOf(error, this.#options)}`
    return new SmtpError(text, judgement, { cause: error })
  }
}

const PHRASES: Readonly<Record<Judgement, string>> = {
  again: 'did not take the mail',
  never: 'refuses the mail',
  'in-doubt': 'may have taken the mail',
}
