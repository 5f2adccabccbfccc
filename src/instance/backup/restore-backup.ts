import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'

import { extract } from 'tar'

import { checkKnown, FolderLock, openEmbedded, type MigrationSet } from '../../database/index.js'
import { BackupNewerError, BackupUnusableError, FolderNotEmptyError } from '../errors.js'
import { checkBackup } from './check-backup.js'
import { findUnknown, type Manifest } from './manifest.js'

export interface Restored {
  readonly manifest: Manifest
  /** Where the database lies now that was there before. */
  readonly oldIn: string | undefined
}

export interface RestoreOptions {
  readonly file: string
  /** The data folder that the backup is to be in. */
  readonly folder: string
  /** Whether a database that is there may be put aside. */
  readonly isForced: boolean
  /** What this version knows of the schema. */
  readonly schema: readonly MigrationSet[]
  readonly now: Date
}

/** Where the backup is unpacked, and where it waits, whole and looked at, to take its place. */
const UNPACKED = 'restore.partial'
const READY = 'restore.ready'

/**
 * Puts the database of a backup in the place of the one in a data folder. That one stays as it is until the new one has been
 * opened and looked at, and is kept aside afterwards.
 * @throws {DatabaseError} DATABASE_FOLDER_IN_USE
 * @throws {InstanceError} INSTANCE_FOLDER_NOT_EMPTY, INSTANCE_BACKUP_UNREADABLE, …_DAMAGED, …_NEWER, …_UNUSABLE
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { file, folder, isForced, schema, now } = options
  const manifest = await checkBackup(file)
  refuseNewer(file, manifest, schema)
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
  const lock = await FolderLock.acquire(path.resolve(folder))
  try {
    await finishRestore(folder)
    await discard(folder)
    const isEmpty = !(await hasDatabase(folder))
    if (!isEmpty && !isForced) throw new FolderNotEmptyError(folder)
    await unpack(options)
    return { manifest, oldIn: await takePlace(folder, isEmpty, now) }
  } finally {
    await discard(folder)
    await lock.release()
  }
}

/**
 * Ends what a restore began that was killed between putting the old database aside and the new one in its place. Whoever comes
 * next may do it, even beside the restore itself: there is but one to be moved.
 */
export async function finishRestore(folder: string): Promise<void> {
  if (await hasDatabase(folder)) return
  await rename(path.join(folder, READY, 'db'), path.join(folder, 'db')).catch(ignoreMissing)
}

/** Whether there are data in a folder, be it that they were restored and wait for {@link finishRestore}. */
export async function hasData(folder: string): Promise<boolean> {
  return (await hasDatabase(folder)) || (await hasDatabase(path.join(folder, READY)))
}

/** For whoever holds the folder's lock. */
async function discard(folder: string): Promise<void> {
  await rm(path.join(folder, UNPACKED), { recursive: true, force: true })
  if (await hasDatabase(folder)) await rm(path.join(folder, READY), { recursive: true, force: true })
}

async function hasDatabase(folder: string): Promise<boolean> {
  return ((await readdir(path.join(folder, 'db')).catch(ignoreMissing)) ?? []).length > 0
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
  return undefined
}

function refuseNewer(file: string, manifest: Manifest, schema: readonly MigrationSet[]): void {
  const known = schema.flatMap(({ part, migrations }) =>
    migrations.map(({ number, name }) => `${part}/${number}-${name}`),
  )
  const unknown = findUnknown(manifest, known)
  if (unknown !== undefined) throw new BackupNewerError(file, manifest.version, unknown)
}

async function unpack({ file, folder, schema }: RestoreOptions): Promise<void> {
  const unpacked = path.join(folder, UNPACKED)
  await mkdir(unpacked, { mode: 0o700 })
  await extract({ file, cwd: unpacked, strict: true, maxDecompressionRatio: Infinity })
  await lookInto(unpacked, schema).catch((cause: unknown) => {
    throw new BackupUnusableError(file, cause)
  })
  await rename(unpacked, path.join(folder, READY))
}

/** Opens the database once. Steps that it lacks are no matter: the next start applies them. */
async function lookInto(folder: string, schema: readonly MigrationSet[]): Promise<void> {
  const database = await openEmbedded({ folder })
  try {
    await checkKnown(database, schema)
  } finally {
    await database.close()
  }
}

/** @returns where the old one went */
async function takePlace(folder: string, isEmpty: boolean, now: Date): Promise<string | undefined> {
  const aside = path.join(folder, `before-restore-${now.toISOString().replaceAll(':', '-')}`)
  if (!isEmpty) {
    await mkdir(aside, { mode: 0o700 })
    await rename(path.join(folder, 'db'), path.join(aside, 'db'))
  }
  await finishRestore(folder)
  return isEmpty ? undefined : aside
}
