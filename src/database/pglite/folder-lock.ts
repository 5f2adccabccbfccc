import { randomUUID } from 'node:crypto'
import { linkSync, renameSync, rmSync, statSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

import { DatabaseError, FolderNotWritableError } from '../errors.js'
import { findHolder, SOCKET, withShortPath, type Holder } from './holder.js'

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
