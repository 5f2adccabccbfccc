import { io, type Socket } from 'socket.io-client'

/** One event as a client got it. */
export interface Told {
  readonly type: string
  readonly data: unknown
  readonly meta: { readonly stream: string; readonly number: number; readonly at: string } | undefined
}

type Matches = (told: Told) => boolean

/** A screen that follows live events, and goes on where it was when it was cut off. */
export class LiveClient {
  readonly told: Told[] = []
  readonly #socket: Socket
  readonly #after: Record<string, number> = {}
  readonly #waiting = new Set<() => void>()
  #isWelcome = false

  constructor(url: string, token: string | null, handshake: object = {}) {
    this.#socket = io(url, {
      path: '/api/v1/live',
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 10,
      reconnectionDelayMax: 20,
      auth: (give) => give({ ...(token !== null && { token }), after: this.#after, ...handshake }),
    })
    this.#socket.on('disconnect', (reason) => {
      this.#isWelcome = false
      this.#note('disconnect', reason)
    })
    this.#socket.on('connect_error', (error) =>
      this.#note('connect_error', (error as { data?: unknown }).data),
    )
    this.#socket.onAny((type: string, data: unknown, meta: Told['meta']) => this.#note(type, data, meta))
  }

  /** The first event that matches, of those there were and those to come. */
  async next(type: string, matches: Matches = () => true): Promise<Told> {
    for (;;) {
      const found = this.told.find((told) => told.type === type && matches(told))
      if (found) return found
      await this.#news()
    }
  }

  /** The numbers of a stream in the order in which they came. */
  numbersOf(stream: string): number[] {
    return this.told.flatMap(({ meta }) => (meta?.stream === stream ? [meta.number] : []))
  }

  send<Answer = { problem?: { code: string } }>(name: string, ...message: unknown[]): Promise<Answer> {
    return this.#socket.emitWithAck(name, ...message) as Promise<Answer>
  }

  /** Says something and waits for no answer. */
  say(name: string, ...message: unknown[]): void {
    this.#socket.emit(name, ...message)
  }

  /**
   * Breaks the connection, as a network does, once there is one; it comes back by itself. Who breaks one that is still being
   * opened waits for long: Socket.IO does not notice before its connect timeout of 20 s is over.
   */
  async cut(): Promise<void> {
    while (!this.#isWelcome) await this.#news()
    this.#socket.io.engine.close()
  }

  close(): void {
    this.#socket.close()
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  #note(type: string, data: unknown, meta?: Told['meta']): void {
    if (type === 'welcome') {
      this.#isWelcome = true
      Object.assign(this.#after, (data as { streams: object }).streams)
    }
    if (meta) this.#after[meta.stream] = meta.number
    this.told.push({ type, data, meta })
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
