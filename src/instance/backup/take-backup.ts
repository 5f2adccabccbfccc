import { constants, createReadStream } from 'node:fs'
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { createGzip, type Gzip } from 'node:zlib'

import { create } from 'tar'

import { listSteps, type EmbeddedDatabase, type MigrationSet } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { Fingerprint } from './fingerprint.js'
import { FORMAT, MANIFEST, type Manifest } from './manifest.js'

export interface BackupSource {
  readonly database: EmbeddedDatabase
  readonly schema: readonly MigrationSet[]
  /** Of this Linehaul. */
  readonly version: string
  /** The data folder that the database lives in. */
  readonly dataDir: string
  readonly clock: Clock
}

/** Where the copy lies until all of it is sent. What a killed process left there goes with the next one. */
const COPY = 'backup.partial'

/**
 * A compressed tar of the whole database as it was at one moment. Nothing can be written while its files are copied; it is
 * compressed afterwards. Needs as much room beside the database as that takes.
 * @param onOver called once nothing is left of the copy, whether all of it was read or not
 */
export async function takeBackup(source: BackupSource, onOver: () => void): Promise<Readable> {
  const copy = path.join(source.dataDir, COPY)
  let over: Promise<void> | undefined
  const tidy = () => (over ??= removeCopy(source.dataDir).finally(onOver))
  try {
    await removeCopy(source.dataDir)
    const heldMs = await copyAll(source, copy)
    const names = await listNames(copy)
    await writeFile(path.join(copy, MANIFEST), JSON.stringify(await describe(source, copy, names, heldMs)))
    const sent = Readable.from(sendAll(pack(copy, [MANIFEST, ...names]), tidy), { objectMode: false })
    return sent.once('close', () => void tidy().catch(() => undefined)) // even if nothing of it was read
  } catch (error) {
    await tidy().catch(() => undefined)
    throw error
  }
}

/** Removes what a process that was killed left of a backup. */
export async function removeCopy(dataDir: string): Promise<void> {
  await rm(path.join(dataDir, COPY), { recursive: true, force: true })
}

/** @returns for how long nothing could be written */
async function copyAll({ database, clock }: BackupSource, copy: string): Promise<number> {
  await mkdir(copy, { mode: 0o700 })
  return database.whileStill(async (files) => {
    const beganMs = clock.monotonicMs()
    // Where the file system can, the two share their blocks, and it takes no time.
    await cp(files, path.join(copy, 'db'), { recursive: true, mode: constants.COPYFILE_FICLONE })
    return Math.ceil(clock.monotonicMs() - beganMs)
  })
}

/** Every file and folder, a folder before what is in it. */
async function listNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.map((name) => name.split(path.sep).join('/')).sort()
}

async function describe(
  { database, schema, version, clock }: BackupSource,
  copy: string,
  names: readonly string[],
  heldMs: number,
): Promise<Manifest> {
  const steps = (await listSteps(database, schema))
    .filter(({ state }) => state !== 'waiting')
    .map(({ part, number, name }) => `${part}/${number}-${name}`)
  const fingerprint = new Fingerprint()
  for (const name of names) await read(path.join(copy, name), name, fingerprint)
  return { format: FORMAT, version, takenAt: clock.now().toISOString(), heldMs, steps, ...fingerprint.end() }
}

async function read(file: string, name: string, fingerprint: Fingerprint): Promise<void> {
  const stats = await stat(file)
  fingerprint.begin(name, stats.isFile() ? stats.size : 0)
  if (!stats.isFile() || stats.size === 0) return
  // No more room than it takes: with a megabyte for each of 1,400 files, most of a page, a small backup took 7.4 s and not 2.9.
  for await (const bytes of createReadStream(file, { highWaterMark: Math.min(stats.size, 1 << 20) }))
    fingerprint.add(bytes as Uint8Array)
}

/** Its end is told only when nothing is left of the copy. */
async function* sendAll(packed: Gzip, tidy: () => Promise<void>): AsyncGenerator<Buffer> {
  try {
    yield* packed as AsyncIterable<Buffer>
  } finally {
    packed.destroy()
    await tidy()
  }
}

/** Compressed by Node's own threads, not by tar, which would hold up the event loop meanwhile. */
function pack(folder: string, names: readonly string[]): Gzip {
  const tar = Readable.from(create({ cwd: folder, portable: true, noDirRecurse: true }, [...names]))
  const gzip = createGzip({ level: 3 })
  tar.once('error', (error) => gzip.destroy(error))
  gzip.once('close', () => tar.destroy())
  return tar.pipe(gzip)
}
