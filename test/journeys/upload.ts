import { once } from 'node:events'
import http from 'node:http'
import { createInterface } from 'node:readline'

/** One line of the answer to an import. */
export interface Line {
  readonly kind: 'committed' | 'rejected' | 'done'
  readonly line: number
  readonly reason: string
  readonly throughLine: number
  readonly created: number
}

/** An import whose body is sent in parts, while its answer comes in. */
export class Upload {
  readonly #request: http.ClientRequest
  #lines: AsyncIterator<string> | undefined

  constructor(url: string, key: string, type = 'application/x-ndjson') {
    this.#request = http.request(new URL('/api/v1/shipments/import', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': type },
    })
  }

  send(text: string): void {
    this.#request.write(text)
  }

  end(): void {
    this.#request.end()
  }

  /** Leaves without a word: the connection breaks. */
  breakOff(): void {
    this.#request.on('error', () => undefined).destroy()
  }

  /** The next line of the answer; `undefined` after the last one, or once the connection broke. */
  async next(): Promise<Line | undefined> {
    this.#lines ??= await this.#answer()
    const { value, done } = await this.#lines.next().catch(() => ({ value: '', done: true }))
    return done ? undefined : (JSON.parse(value) as Line)
  }

  async #answer(): Promise<AsyncIterator<string>> {
    const [response] = (await once(this.#request, 'response')) as [http.IncomingMessage]
    this.#request.on('error', () => undefined) // the last line tells enough
    response.on('error', () => undefined)
    return createInterface(response)[Symbol.asyncIterator]()
  }
}
