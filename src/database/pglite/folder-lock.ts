import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import { DatabaseError, FolderNotWritableError } from '../errors.js'

/** Who has a data folder open. */
export interface Holder {
  pid: number
  host: string
  /** Where its API listens; `null` until it does. */
  url: string | null
  /** ISO 8601. */
  since: string
}

const SOCKET = 'lock.sock'

export class FolderInUseError extends DatabaseError {
  constructor(
    folder: string,
    readonly holder: Holder,
  ) {
    const serving = holder.url ? `, which serves ${holder.url}` : ''
    super(
      'DATABASE_FOLDER_IN_USE',
      `The data folder ${folder} is in use by process ${holder.pid} on ${holder.host}${serving} (since ${holder.since}). Use that one, stop it, or choose another folder with LINEHAUL_DATA_DIR.`,
      false,
    )
  }
}

/**
 * Keeps a second process out of a data folder: a Unix socket in it, which the system closes with its process and which
 * tells who asks. A pid in a file would not do, for containers that share a folder have pids of their own.
 */
export class FolderLock {
  readonly #server: net.Server
  readonly #path: string
  readonly #holder: Holder

  private constructor(server: net.Server, socketPath: string, holder: Holder) {
    this.#server = server
    this.#path = socketPath
    this.#holder = holder
  }

  /** @throws {FolderInUseError} DATABASE_FOLDER_IN_USE */
  static async acquire(folder: string, now: Date = new Date()): Promise<FolderLock> {
    const holder: Holder = { pid: process.pid, host: os.hostname(), url: null, since: now.toISOString() }
    const own = `${randomUUID()}.sock`
    const server = await serve(folder, own, holder)
    try {
      await takePlace(folder, own)
    } catch (error) {
      server.close()
      throw error
    } finally {
      rmSync(path.join(folder, own), { force: true })
    }
    return new FolderLock(server, path.join(folder, SOCKET), holder)
  }

  announce(url: string): void {
    this.#holder.url = url
  }

  async release(): Promise<void> {
    rmSync(this.#path, { force: true })
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** Who holds `folder`; `undefined` when nobody does. */
export async function findHolder(folder: string): Promise<Holder | undefined> {
  return withShortPath(folder, (short) => ask(path.join(short, SOCKET)))
}

/** A socket under its own name first: linking it to the lock's name is atomic, binding to a name in use is not. */
function serve(folder: string, name: string, holder: Holder): Promise<net.Server> {
  const server = net.createServer((socket) => socket.on('error', () => undefined).end(JSON.stringify(holder)))
  server.unref()
  return withShortPath(
    folder,
    (short) =>
      new Promise((resolve, reject) => {
        server.once('error', (cause) => reject(new FolderNotWritableError(folder, cause)))
        server.listen(path.join(short, name), () => resolve(server))
      }),
  )
}

async function takePlace(folder: string, own: string): Promise<void> {
  const place = path.join(folder, SOCKET)
  while (!tryLink(path.join(folder, own), place)) {
    const before = inodeOf(place)
    const holder = await findHolder(folder)
    if (holder) throw new FolderInUseError(folder, holder)
    if (before !== undefined) setAside(place, before)
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes the socket that a dead process left, unless a rival has put its own there meanwhile. */
function setAside(place: string, inode: number): void {
  const aside = `${place}.${randomUUID()}`
  if (inodeOf(place) !== inode) return
  renameSync(place, aside)
  if (inodeOf(aside) !== inode) tryLink(aside, place)
  rmSync(aside, { force: true })
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino
}

/** How long a holder may take to tell who it is; a stalled one holds the folder all the same. */
const ANSWER_WITHIN_MS = 2_000

/** `undefined` when nobody listens: the socket's process is dead, or there is no socket. */
async function ask(socketPath: string): Promise<Holder | undefined> {
  const socket = net.connect(socketPath).setTimeout(ANSWER_WITHIN_MS, () => socket.destroy())
  try {
    await once(socket, 'connect')
  } catch (error) {
    if (['ECONNREFUSED', 'ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined
    throw error
  }
  const answer = await text(socket).catch(() => '')
  return answer
    ? (JSON.parse(answer) as Holder)
    : { pid: 0, host: 'an unknown host', url: null, since: 'unknown' }
}

/** Socket addresses end at about 100 characters, so a long folder is reached through a short link. */
async function withShortPath<T>(folder: string, work: (short: string) => Promise<T>): Promise<T> {
  if (folder.length < 50) return work(folder)
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'linehaul-'))
  try {
    const short = path.join(temporary, 'd')
    await symlink(folder, short)
    return await work(short)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
