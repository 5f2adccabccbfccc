import type { Server as HttpServer } from 'node:http'

import { Server, type Socket } from 'socket.io'

import { Relay } from '../../events/index.js'
import { Periodic, type Service } from '../../queue/index.js'
import { endsWithin, type Cancel, type Clock } from '../../time/index.js'
import type { Known } from '../permit.js'
import type { Limits } from '../protect.js'
import type { AllServices } from '../services.js'
import type { Strangers } from '../strangers.js'
import type { Admitted } from './admit.js'
import { answer } from './answer.js'
import { Audience } from './audience.js'
import { Client } from './client.js'
import { Conversation } from './conversation.js'
import { Counters } from './counters.js'
import { Door } from './door.js'
import { JobWatch } from './job-watch.js'
import { Outage, type Log } from './outage.js'
import { problemOf } from './problem-of.js'
import { Rights } from './rights.js'

export const LIVE_PATH = '/api/v1/live'

/** What a client may send in one piece. */
const LARGEST_MESSAGE = 16 * 1024

/** How long who has connected may take to say who it is. */
const SAY_WHO_WITHIN_MS = 10_000

/** How long what is under way may take to end, in the database. Fastify gives up on a stop after 10 s. */
const STOP_WITHIN_MS = 3_000

export interface LiveOptions {
  readonly services: AllServices
  readonly credentials: Known
  readonly strangers: Strangers
  readonly limits: Limits
  readonly clock: Clock
  readonly log: Log
}

/** Live events over Socket.IO, on the server that also answers requests. */
export class Live {
  readonly #io = new Server({
    path: LIVE_PATH,
    // Polling would need every request of a client to reach the same process.
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: LARGEST_MESSAGE,
    connectTimeout: SAY_WHO_WITHIN_MS,
  })
  readonly #clients = new Set<Client>()
  readonly #audience = new Audience(this.#io, () => this.#clients)
  readonly #relay: Relay
  readonly #watch: JobWatch
  readonly #counters: Counters<Client>
  readonly #rights: Rights
  readonly #outage: Outage
  #loops: readonly Periodic[] = []
  #cancels: readonly Cancel[] = []
  #begun: Promise<void> | undefined

  constructor(private readonly on: LiveOptions) {
    const { services, credentials, clock } = on
    const clients = () => this.#clients
    this.#relay = new Relay({
      database: services.database,
      clock,
      deliver: (all) => this.#audience.deliver(all),
    })
    this.#outage = new Outage(on.log, clock)
    this.#watch = new JobWatch(services)
    const send = (to: readonly Client[], counts: object) =>
      this.#io.to(to.map(({ id }) => id)).emit('jobs.counted', counts)
    this.#counters = new Counters({ services, clients, send })
    this.#rights = new Rights(credentials, clients, problemOf)
    const door = new Door({ ...on, outage: this.#outage, ready: () => this.start() })
    this.#io.use(door.meet)
    this.#io.on('connection', (socket) => void this.#greet(socket))
  }

  /** How many sockets are open. */
  get sockets(): number {
    return this.#clients.size
  }

  attach(server: HttpServer): void {
    this.#io.attach(server)
  }

  /** Begins to number events, and to tell them. */
  start(): Promise<void> {
    this.#begun ??= this.#start().catch((error: unknown) => {
      this.#begun = undefined // who connects next tries again
      throw error
    })
    return this.#begun
  }

  /** Cuts everybody off, who come again to another process or once this one is back. */
  async stop(): Promise<void> {
    // A database that is silent ends neither a begin nor a round, and is no reason to go on for ever.
    await endsWithin(STOP_WITHIN_MS, this.#begun?.catch(() => undefined) ?? Promise.resolve(), this.on.clock)
    for (const cancel of this.#cancels) cancel()
    this.#io.engine.close()
    await endsWithin(STOP_WITHIN_MS, Promise.all(this.#loops.map((loop) => loop.stop())), this.on.clock)
  }

  async #start(): Promise<void> {
    await this.#relay.begin()
    const relay = this.#loop(this.#outage.endedBy(this.#relay)) // of the four it alone always asks the database
    const rights = this.#loop(this.#rights)
    this.#loops = [relay, rights, this.#loop(this.#watch), this.#loop(this.#counters)]
    this.#cancels = [
      await this.#relay.listen(() => relay.wake()),
      this.on.credentials.onChange(() => rights.wake()),
    ]
    for (const loop of this.#loops) loop.start()
  }

  #loop(service: Service): Periodic {
    return new Periodic(service, this.on.clock, this.#outage.failed)
  }

  async #greet(socket: Socket): Promise<void> {
    const { caller, secret, after, leave } = socket.data as Admitted
    const { services, clock } = this.on
    const followed = { database: services.database, relay: this.#relay, audience: this.#audience }
    const client = new Client(socket, secret, caller, followed)
    const { operator } = services.engine
    const { inbox } = services.notifications
    this.#clients.add(client)
    const begun = client.begin(after)
    const talk = new Conversation(client, { operator, inbox, watch: this.#watch, clock }, begun)
    socket.on('disconnect', () => {
      this.#clients.delete(client)
      leave()
      talk.end()
    })
    const parties = { client, talk, outage: this.#outage }
    // A name may be a number: Socket.IO lets them pass.
    socket.onAny((name: unknown, ...said) => void answer({ name: String(name), arguments: said }, parties))
    try {
      await begun
    } catch (error) {
      this.#outage.failed(error, 'greet a live client')
      socket.conn.close() // it comes again
    }
  }
}
