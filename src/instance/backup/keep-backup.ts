import { createWriteStream } from 'node:fs'
import { access, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { BackupExistsError, BackupUnwritableError, InstanceError } from '../errors.js'
import { checkBackup } from './check-backup.js'
import type { Manifest } from './manifest.js'

export interface Kept {
  readonly manifest: Manifest
  readonly bytes: number
}

/**
 * Writes a backup under another name, reads it once, and gives it its own name only when it is whole. One that fails leaves
 * nothing behind, and what a process that was killed left goes with the next one.
 * @throws {InstanceError} INSTANCE_BACKUP_EXISTS, INSTANCE_BACKUP_UNWRITABLE, INSTANCE_BACKUP_DAMAGED
 */
export async function keepBackup(
  begin: () => Promise<Readable>,
  { file, stop }: { file: string; stop: AbortSignal },
): Promise<Kept> {
  if (await isThere(file)) throw new BackupExistsError(file)
  await removeLeftovers(path.dirname(file)).catch((cause: unknown) => {
    throw new BackupUnwritableError(file, cause)
  })
  const partial = `${file}.${process.pid}.partial`
  try {
    stop.throwIfAborted()
    await write(await begin(), partial, stop)
    const manifest = await checkBackup(partial)
    const { size } = await stat(partial)
    await toDisk(partial)
    await rename(partial, file)
    return { manifest, bytes: size }
  } catch (error) {
    await rm(partial, { force: true })
    throw isForeign(error) ? new BackupUnwritableError(file, error) : error
  }
}

/** Over only when the source has let go of what it holds, also where it fails. */
async function write(source: Readable, file: string, signal: AbortSignal): Promise<void> {
  const closed = new Promise<void>((resolve) => source.once('close', resolve))
  try {
    await pipeline(source, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal })
  } finally {
    source.destroy()
    await closed
  }
}

/** Whether it is the file system's. */
function isForeign(error: unknown): boolean {
  return !(error instanceof InstanceError) && (error as NodeJS.ErrnoException).syscall !== undefined
}

async function toDisk(file: string): Promise<void> {
  const handle = await open(file)
  await handle.sync().finally(() => handle.close())
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder)
  const left = names.filter((name) => isLeftover(name, { pid: process.pid, isAlive }))
  await Promise.all(left.map((name) => rm(path.join(folder, name), { force: true })))
}

/** Whether a file is what a process that is no more left of a backup. */
export function isLeftover(
  name: string,
  { pid, isAlive }: { pid: number; isAlive(pid: number): boolean },
): boolean {
  const owner = Number(/\.tar\.gz\.(\d+)\.partial$/.exec(name)?.[1])
  return owner > 0 && (owner === pid || !isAlive(owner))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
