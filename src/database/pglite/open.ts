import { chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'

import { systemClock, type Cancel, type Clock } from '../../time/index.js'
import type { Database, QueryOptions, Transaction } from '../database.js'
import { FolderNotWritableError } from '../errors.js'
import { unseen, type Presence } from '../presence.js'
import { runTransaction } from '../run-transaction.js'
import { TransactionScope } from '../transaction-scope.js'
import { FolderLock } from './folder-lock.js'
import { Mutex } from './mutex.js'
import { ThreadClient } from './thread-client.js'
import { Upkeep } from './upkeep.js'

export interface EmbeddedOptions {
  /** Where the data lives; made if it is not there. */
  folder: string
  clock?: Clock
  /** Hears of upkeep that failed; the next round tries again. */
  onError?: (error: unknown) => void
}

/**
 * PostgreSQL inside this process (PGlite), in a thread of its own. Committed work survives the end of the process,
 * `kill -9` included, but not a power cut: PGlite runs without fsync.
 *
 * @throws {FolderInUseError} DATABASE_FOLDER_IN_USE while another process has the folder open.
 * @throws {FolderNotWritableError} DATABASE_FOLDER_NOT_WRITABLE
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const folder = path.resolve(options.folder)
  await makePrivate(folder).catch((cause: unknown) => {
    throw new FolderNotWritableError(folder, cause)
  })
  const lock = await FolderLock.acquire(folder)
  const db = new EmbeddedDatabase(path.join(folder, 'db'), lock, options)
  await db.opened().catch(async (error: unknown) => {
    await lock.release()
    throw error
  })
  return db
}

/**
 * The same without a folder: what it holds is gone once it is closed. For tests.
 * @param dump what to begin with, as {@link EmbeddedDatabase.dump} gives it: far quicker than making a database anew
 */
export async function openInMemory({
  dump,
  ...options
}: Omit<EmbeddedOptions, 'folder'> & { dump?: Uint8Array | undefined } = {}): Promise<EmbeddedDatabase> {
  const nobodyElse = { announce: () => undefined, release: async () => undefined }
  const db = new EmbeddedDatabase('memory://', nobodyElse, options, dump)
  await db.opened()
  return db
}

/** PGlite makes its files readable and writable for everyone, so the folder around them lets nobody else in. */
async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
}

export class EmbeddedDatabase implements Database {
  readonly kind = 'embedded'
  readonly #thread: ThreadClient
  readonly #mutex = new Mutex()
  readonly #scope = new TransactionScope()
  readonly #upkeep: Upkeep
  readonly #listeners = new Map<string, Set<(payload: string) => void>>()
  #closed: Promise<void> | undefined

  constructor(
    /** As PGlite names it. */
    private readonly dataDir: string,
    private readonly lock: Pick<FolderLock, 'announce' | 'release'>,
    { clock = systemClock, onError = () => undefined }: Omit<EmbeddedOptions, 'folder'>,
    dump?: Uint8Array,
  ) {
    const deliver = (channel: string, payload: string) => this.#deliver(channel, payload)
    this.#thread = new ThreadClient(dataDir, deliver, dump)
    this.#upkeep = new Upkeep(this, clock, onError)
  }

  async opened(): Promise<void> {
    await this.#thread.ready()
    this.#upkeep.start()
  }

  /** Resolves, to the reason, when the database ends before it is closed; then every call is refused. */
  get broken(): Promise<Error> {
    return this.#thread.broken
  }

  /** Tells whoever finds the folder locked where this process can be reached. */
  announce(url: string): void {
    this.lock.announce(url)
  }

  /** Whether the process goes on living for as long as this database is open. It does, unless it is told not to. */
  keepProcessAlive(wanted: boolean): void {
    this.#thread.keepProcessAlive(wanted)
  }

  /** All that it holds, to begin another one with. */
  async dump(): Promise<Uint8Array> {
    const [bytes] = await this.#mutex.run(() => this.#thread.call('dump', ''))
    return bytes as Uint8Array
  }

  /**
   * Runs `work` while nothing is written. All that was committed stands in the files of the folder that `work` is given, and
   * every other call waits until it is over.
   */
  async whileStill<T>(work: (files: string) => Promise<T>): Promise<T> {
    this.#scope.refuseInside('whileStill')
    return this.#mutex.run(async () => {
      await this.#run('CHECKPOINT')
      return work(this.dataDir)
    })
  }

  async presence(): Promise<Presence> {
    return unseen
  }

  /** There is but one connection. */
  background(): Database {
    return this
  }

  async query<Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]> {
    this.#scope.refuseInside('query')
    return this.#mutex.run(() => this.#run<Row>(sql, parameters, options))
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#scope.refuseInside('transaction')
    const { result, afterCommit } = await this.#mutex.run(() =>
      this.#scope.run(() =>
        runTransaction(
          {
            query: (sql, parameters, options) => this.#run(sql, parameters, options),
            script: async (sql) => {
              await this.#thread.call('script', sql)
            },
          },
          work,
        ),
      ),
    )
    for (const action of afterCommit) action()
    return result
  }

  refuseInside(call: string): void {
    this.#scope.refuseInside(call)
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<Cancel> {
    this.#scope.refuseInside('listen')
    const known = this.#listeners.get(channel)
    const onChannel = (known ?? new Set()).add(onNotify)
    this.#listeners.set(channel, onChannel)
    if (!known) await this.#mutex.run(() => this.#thread.call('listen', channel))
    return () => onChannel.delete(onNotify)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#upkeep.stop()
    try {
      if (!this.#thread.isGone) await this.#mutex.run(() => this.#thread.call('close', ''))
    } finally {
      await this.lock.release()
    }
  }

  async #run<Row>(
    sql: string,
    parameters: readonly unknown[] = [],
    { prepared = false }: QueryOptions = {},
  ): Promise<Row[]> {
    return (await this.#thread.call(prepared ? 'prepared' : 'query', sql, parameters)) as Row[]
  }

  #deliver(channel: string, payload: string): void {
    for (const onNotify of this.#listeners.get(channel) ?? []) onNotify(payload)
  }
}
