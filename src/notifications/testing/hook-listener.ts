import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a receiver of webhooks got. */
export interface Call {
  readonly headers: IncomingHttpHeaders
  /** To the byte. */
  readonly body: string
}

/** A real receiver of webhooks on loopback, which answers as it is told. */
export class HookListener {
  readonly calls: Call[] = []
  /** A status, with headers or without; `'never'`: it takes the request and stays silent. */
  answer: number | { status: number; headers: Record<string, string> } | 'never' = 204
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        this.calls.push({ headers: request.headers, body })
        if (this.answer === 'never') return
        const { status, headers } =
          typeof this.answer === 'number' ? { status: this.answer, headers: {} } : this.answer
        response.writeHead(status, headers).end()
      })
    })
  }

  static async open(): Promise<HookListener> {
    const listener = new HookListener()
    await once(listener.#server.listen(0, '127.0.0.1'), 'listening')
    return listener
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
