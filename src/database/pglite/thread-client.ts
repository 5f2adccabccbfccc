import { Worker } from 'node:worker_threads'

import { DatabaseBrokenError, DatabaseClosedError } from '../errors.js'
import { readRows } from './read-rows.js'

type Kind = 'query' | 'prepared' | 'script' | 'listen' | 'dump' | 'close'

interface Fault {
  message: string
  code?: string
  constraint?: string
  detail?: string
}

type Message =
  | { ready: true }
  | { failed: Fault }
  | { id: number; rows: unknown[] }
  | { id: number; raw: Uint8Array }
  | { id: number; error: Fault }
  | { channel: string; payload: string }

interface Caller {
  resolve(rows: unknown[] | Promise<unknown[]>): void
  reject(error: Error): void
}

/** Sends statements to the thread that PGlite lives in. */
export class ThreadClient {
  readonly #worker: Worker
  readonly #callers = new Map<number, Caller>()
  readonly #ready: Promise<void>
  /** Resolves, to the reason, when the thread ends before it is told to. */
  readonly broken: Promise<Error>
  #tellBroken: (reason: Error) => void = () => undefined
  #lastId = 0
  #gone: Error | undefined
  #isClosing = false

  constructor(
    private readonly folder: string,
    private readonly onNotify: (channel: string, payload: string) => void,
    /** What to begin with, as `dump` gives it; otherwise an empty database is made. */
    dump?: Uint8Array,
  ) {
    this.#worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: { folder, dump } })
    this.broken = new Promise((resolve) => (this.#tellBroken = resolve))
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: Message) => {
        if ('ready' in message) resolve()
        else if ('failed' in message) reject(toError(message.failed))
        else this.#receive(message)
      })
      this.#worker.on('error', (error) => this.#end(error, reject))
      this.#worker.on('exit', () => this.#end(undefined, reject))
    })
  }

  /** Resolves once the database is open. */
  ready(): Promise<void> {
    return this.#ready
  }

  keepProcessAlive(wanted: boolean): void {
    if (wanted) this.#worker.ref()
    else this.#worker.unref()
  }

  get isGone(): boolean {
    return this.#gone !== undefined
  }

  call(kind: Kind, sql: string, parameters?: readonly unknown[]): Promise<unknown[]> {
    if (this.#gone) return Promise.reject(this.#gone)
    this.#isClosing ||= kind === 'close'
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#callers.set(id, { resolve, reject })
      this.#worker.postMessage({ id, kind, sql, parameters })
    })
  }

  #receive(message: Exclude<Message, { ready: true } | { failed: Fault }>): void {
    if ('channel' in message) return this.onNotify(message.channel, message.payload)
    const caller = this.#callers.get(message.id)
    this.#callers.delete(message.id)
    if ('rows' in message) caller?.resolve(message.rows)
    else if ('raw' in message)
      caller?.resolve(Promise.resolve(message.raw).then(readRows)) // what cannot be read is its caller's error
    else caller?.reject(toError(message.error))
  }

  #end(cause: unknown, reject: (error: Error) => void): void {
    this.#gone ??= this.#isClosing
      ? new DatabaseClosedError(cause)
      : new DatabaseBrokenError(this.folder, cause)
    if (!this.#isClosing) this.#tellBroken(this.#gone)
    reject(this.#gone)
    for (const caller of this.#callers.values()) caller.reject(this.#gone)
    this.#callers.clear()
  }
}

function toError({ message, ...fault }: Fault): Error {
  return Object.assign(new Error(message), fault)
}
