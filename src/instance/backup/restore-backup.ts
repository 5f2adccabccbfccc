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
    const isEmpty = (await namesIn(path.join(folder, 'db'))).length === 0
    if (!isEmpty && !isForced) throw new FolderNotEmptyError(folder)
    await unpack(options)
    return { manifest, oldIn: await takePlace(folder, isEmpty, now) }
  } finally {
    await rm(path.join(folder, UNPACKED), { recursive: true, force: true })
    await lock.release()
  }
}

/** Ends what a restore began that was killed between putting the old database aside and the new one in its place. */
export async function finishRestore(folder: string): Promise<void> {
  const ready = path.join(folder, READY)
  if ((await namesIn(ready)).length === 0) return
  if ((await namesIn(path.join(folder, 'db'))).length === 0) await moveIn(ready, folder)
  await rm(ready, { recursive: true, force: true })
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
  await rm(unpacked, { recursive: true, force: true })
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

async function moveIn(ready: string, folder: string): Promise<void> {
  if ((await namesIn(path.join(ready, 'db'))).length > 0) {
    await rm(path.join(folder, 'db'), { recursive: true, force: true })
    await rename(path.join(ready, 'db'), path.join(folder, 'db'))
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    return []
  })
}
