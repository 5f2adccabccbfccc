import type { Socket } from 'socket.io'

import { may, userIdOf, type Caller } from '../../access/index.js'
import type { Database } from '../../database/index.js'
import { readLastNumbers, type Relay } from '../../events/index.js'
import { metaOf, type Audience, type Hold } from './audience.js'
import { catchUp, type Reader } from './catch-up.js'
import { Outflow } from './outflow.js'
import { maySee, ownStreams, roomsOf, TENANT_STREAM } from './streams.js'

export interface ClientParts {
  readonly database: Database
  readonly relay: Pick<Relay, 'position' | 'runOnce'>
  readonly audience: Audience
}

/** One socket, and what its caller follows. */
export class Client {
  #caller: Caller
  readonly #followed = new Set<string>()
  readonly #holds = new Set<Hold>()
  readonly #outflow: Outflow

  constructor(
    private readonly socket: Socket,
    /** What it presented. */
    readonly secret: string,
    caller: Caller,
    private readonly on: ClientParts,
  ) {
    this.#caller = caller
    this.#outflow = new Outflow(socket)
  }

  get caller(): Caller {
    return this.#caller
  }

  get tenantId(): string {
    return this.#caller.tenantId
  }

  /** The room in which it is alone. */
  get id(): string {
    return this.socket.id
  }

  /** Not before it was welcomed. */
  get mayCount(): boolean {
    return this.follows(TENANT_STREAM) && may(this.#caller, 'jobs.read')
  }

  get isFree(): boolean {
    return this.#outflow.isFree
  }

  /** Says hello, with the numbers after which events follow, and sends what came after those that the client names. */
  async begin(after: Readonly<Record<string, number>>): Promise<void> {
    const { tenantId } = this
    const userId = userIdOf(this.#caller) ?? null
    await this.follow(ownStreams(this.#caller), after, async (numbers) => {
      const streams = Object.fromEntries(numbers)
      this.socket.emit('welcome', { tenantId, userId, streams: { ...streams, ...known(after, streams) } })
    })
  }

  /**
   * Follows streams, each from a number on that the client names, or else from now on.
   * @param told gets the last numbers of now before anything is sent; when it rejects, what was followed before still is
   */
  async follow(
    streams: readonly string[],
    after: Readonly<Record<string, number>>,
    told: (numbers: ReadonlyMap<string, number>) => Promise<void>,
  ): Promise<void> {
    // Another process may have sent what this one has not read yet.
    if (Object.keys(after).length > 0) await this.on.relay.runOnce()
    const { tenantId } = this
    const former = streams.filter((stream) => this.follows(stream))
    for (const stream of streams) this.leave(stream)
    const holds = streams.map((stream) => ({ stream, hold: this.on.audience.hold(tenantId, stream) }))
    for (const { hold } of holds) this.#holds.add(hold)
    const { position } = this.on.relay
    try {
      const numbers = await readLastNumbers(this.on.database, tenantId, streams, position)
      await told(numbers).catch((error: unknown) => {
        for (const { stream, hold } of holds) if (former.includes(stream)) this.#goOn(stream, hold)
        throw error
      })
      for (const { stream, hold } of holds) {
        const from = after[stream] ?? numbers.get(stream) ?? 0
        const part = { tenantId, stream, after: from, position, hold }
        await catchUp(this.on.database, this.#readerOf(stream), part)
      }
    } finally {
      for (const { hold } of holds) {
        this.#holds.delete(hold)
        hold.release()
      }
    }
  }

  follows(stream: string): boolean {
    return this.#followed.has(stream)
  }

  leave(stream: string): void {
    this.#followed.delete(stream)
    for (const room of roomsOf(this.#caller, stream)) void this.socket.leave(room)
  }

  /** Its rights have changed. */
  become(caller: Caller): void {
    const streams = [...this.#followed]
    for (const stream of streams) this.leave(stream)
    this.#caller = caller
    for (const stream of streams) this.#join(stream)
    this.socket.emit('rights', { role: caller.role })
  }

  /** Ends it for good: a client of Socket.IO's does not come back by itself. */
  refuse(problem: object): void {
    this.socket.emit('refused', problem)
    this.socket.disconnect(true)
  }

  /** Cuts off one that does not read what it is sent: it comes back and asks from its last number on. */
  cutOffIfBehind(): void {
    const held = [...this.#holds].reduce((sum, { events }) => sum + events.length, 0)
    if (this.#outflow.isTooFarBehind(held)) this.socket.conn.close(true)
  }

  #join(stream: string): void {
    if (!this.socket.connected) return
    this.#followed.add(stream)
    void this.socket.join(roomsOf(this.#caller, stream))
  }

  /** As if nothing had been asked. */
  #goOn(stream: string, { events }: Hold): void {
    const reader = this.#readerOf(stream)
    for (const event of events) reader.send(event)
    reader.arrived()
  }

  #readerOf(stream: string): Reader {
    return {
      send: (event) => {
        if (maySee(this.#caller, event)) this.socket.emit(event.type, event.data, metaOf(event))
      },
      gap: (told) => this.socket.emit('gap', told),
      keepsUp: () => this.#outflow.keepsUp(),
      arrived: () => this.#join(stream),
    }
  }
}

/** Of the streams that there are. */
function known(
  after: Readonly<Record<string, number>>,
  streams: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(after).filter(([stream]) => Object.hasOwn(streams, stream)))
}
