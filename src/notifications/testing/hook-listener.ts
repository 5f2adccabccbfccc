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

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Answers only then. */
  readonly once?: Promise<unknown>
}

/** A real receiver of webhooks on loopback, which answers as it is told. */
export class HookListener {
  readonly calls: Call[] = []
  /** `'never'`: it takes the request and stays silent. `'cut-off'`: 200, and it hangs up amid its body. */
  answer: number | Answer | 'never' | 'cut-off' = 204
  #heard: (() => void)[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        this.calls.push({ headers: request.headers, body })
        for (const hear of this.#heard.splice(0)) hear()
        if (this.answer === 'never') return
        if (this.answer === 'cut-off') return void response.write('o', () => response.destroy())
        const { status, headers, once } =
          typeof this.answer === 'number' ? { status: this.answer } : this.answer
        void Promise.resolve(once).then(() => response.writeHead(status, headers).end())
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

  /** Resolves when the next request has arrived, before it is answered. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#heard.push(resolve))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
