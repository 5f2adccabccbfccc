import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { SMTPServer } from 'smtp-server'

import type { SmtpOptions } from '../mail/smtp.js'
import { CERTIFICATE, CERTIFICATE_KEY } from './mail-certificate.js'

/** What the server took, or was about to. */
export interface Received {
  readonly to: readonly string[]
  readonly raw: string
  readonly wasEncrypted: boolean
}

type Answer = 'take' | 'hang-up' | 'never' | { readonly code: number }
type Greeting = 'welcome' | 'silence' | { readonly code: number }

/** A real SMTP server on loopback, which does as it is told. */
export class MailServer {
  /** In the order of their arrival, those that were refused at the end too. */
  readonly received: Received[] = []
  /** What it says to a mail once all of it has arrived. */
  answer: Answer = 'take'
  /** What it says to whoever connects. */
  greeting: Greeting = 'welcome'
  /** What it says to whoever a mail is from, or nothing. */
  refusesSender: number | undefined
  /** What it says to an address, or nothing. */
  refuses: (address: string) => number | undefined = () => undefined
  /** What it says to a wrong login. */
  refusesLogin = 535
  /** How often somebody tried to log in. */
  logins = 0
  readonly #server: SMTPServer
  #heard: (() => void)[] = []
  #met: (() => void)[] = []

  private constructor(tls: SmtpOptions['tls']) {
    this.#server = new SMTPServer({
      authOptional: true,
      secure: tls === 'tls',
      disabledCommands: tls === 'starttls' ? [] : ['STARTTLS'],
      ...{ cert: CERTIFICATE, key: CERTIFICATE_KEY },
      onAuth: ({ username, password }, _, callback) => {
        this.logins++
        if (username === 'linehaul' && password === 'right') return callback(null, { user: username })
        callback(Object.assign(new Error(`not you, ${username}`), { responseCode: this.refusesLogin }))
      },
      onConnect: (_, callback) => {
        for (const meet of this.#met.splice(0)) meet()
        if (this.greeting === 'silence') return
        callback(this.greeting === 'welcome' ? null : this.#refusal(this.greeting.code))
      },
      onMailFrom: (_, __, callback) => callback(this.#refusal(this.refusesSender)),
      onRcptTo: ({ address }, _, callback) => callback(this.#refusal(this.refuses(address))),
      onData: (stream, session, callback) => {
        void text(stream).then((raw) => {
          const to = session.envelope.rcptTo.map(({ address }) => address)
          this.received.push({ to, raw, wasEncrypted: session.secure })
          for (const hear of this.#heard.splice(0)) hear()
          if (this.answer === 'hang-up') return this.hangUp()
          if (this.answer === 'never') return
          callback(this.answer === 'take' ? null : this.#refusal(this.answer.code))
        })
      },
    })
    this.#server.on('error', () => undefined) // of clients that are gone
  }

  static async open(tls: SmtpOptions['tls'] = 'none'): Promise<MailServer> {
    const server = new MailServer(tls)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server.server, 'listening')
    return server
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port
  }

  /** Friendly again, with nothing received. */
  reset(): void {
    this.received.length = 0
    this.answer = 'take'
    this.greeting = 'welcome'
    this.refusesSender = undefined
    this.refuses = () => undefined
  }

  /** Resolves when the next mail has arrived, before it is answered. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#heard.push(resolve))
  }

  /** Resolves when somebody connects the next time, before they are greeted. */
  nextConnection(): Promise<void> {
    return new Promise((resolve) => this.#met.push(resolve))
  }

  hangUp(): void {
    for (const connection of this.#server.connections)
      (connection as unknown as { _socket: { destroy(): void } })._socket.destroy()
  }

  async close(): Promise<void> {
    this.hangUp()
    await new Promise<void>((resolve) => this.#server.close(resolve))
  }

  #refusal(code: number | undefined): Error | null {
    return code === undefined ? null : Object.assign(new Error('no'), { responseCode: code })
  }
}
