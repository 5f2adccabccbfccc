import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

/** Who has a data folder open. */
export interface Holder {
  pid: number
  host: string
  /** Where its API listens; `null` until it does. */
  url: string | null
  /** ISO 8601. */
  since: string
}

/** The lock's name in its folder. */
export const SOCKET = 'lock.sock'

/** Who holds `folder`; `undefined` when nobody does. */
export async function findHolder(folder: string): Promise<Holder | undefined> {
  return withShortPath(path.resolve(folder), (short) => ask(path.join(short, SOCKET)))
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
export async function withShortPath<T>(folder: string, work: (short: string) => Promise<T>): Promise<T> {
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
