import net from 'node:net'

import pg from 'pg'

import { endsWithin, systemClock, type Cancel, type Clock } from '../time/index.js'

type OnNotify = (payload: string) => void

/** Pause before each try to connect again after the connection was lost. */
const RECONNECT_EVERY_MS = 500

/** One connection that listens on any number of channels, and reconnects when it breaks. */
export class Listener {
  readonly #listeners = new Map<string, Set<OnNotify>>()
  #client: Promise<pg.Client> | undefined
  #socket: net.Socket | undefined
  #cancelReconnect: Cancel | undefined
  #closed = false

  constructor(
    private readonly url: string,
    /** How long the server may take for anything. */
    private readonly patienceMs: number,
    private readonly clock: Clock = systemClock,
  ) {}

  async listen(channel: string, onNotify: OnNotify): Promise<Cancel> {
    const client = await this.#connected()
    const onChannel = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, onChannel.add(onNotify))
    await listenOn(client, channel)
    return () => onChannel.delete(onNotify)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelReconnect?.()
    const client = await this.#client?.catch(() => undefined)
    if (client && !(await endsWithin(this.patienceMs, client.end(), this.clock))) this.#socket?.destroy()
  }

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect()
    return this.#client
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000, // or nobody notices that nothing is told any more
      connectionTimeoutMillis: this.patienceMs,
      query_timeout: this.patienceMs,
      stream: () => (this.#socket = new net.Socket()),
    })
    client.on('notification', ({ channel, payload }) => this.#deliver(channel, payload ?? ''))
    client.on('error', () => undefined) // 'end' follows and reconnects
    client.on('end', () => this.#lost())
    try {
      await client.connect()
      for (const channel of this.#listeners.keys()) await listenOn(client, channel)
      return client
    } catch (error) {
      this.#lost()
      throw error
    }
  }

  #lost(): void {
    this.#client = undefined
    this.#cancelReconnect?.()
    if (this.#closed || this.#listeners.size === 0) return
    this.#cancelReconnect = this.clock.after(RECONNECT_EVERY_MS, () => {
      this.#connected().then(
        () => this.#ringAll(), // what was sent meanwhile is lost, so everyone looks for themselves
        () => undefined, // #lost has set the next try
      )
    })
  }

  #deliver(channel: string, payload: string): void {
    for (const onNotify of this.#listeners.get(channel) ?? []) onNotify(payload)
  }

  #ringAll(): void {
    for (const channel of this.#listeners.keys()) this.#deliver(channel, '')
  }
}

async function listenOn(client: pg.Client, channel: string): Promise<void> {
  try {
    await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
  } catch (error) {
    client.end().catch(() => undefined) // it may still wait for the answer
    throw error
  }
}
