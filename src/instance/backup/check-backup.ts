import { access, constants } from 'node:fs/promises'

import { list, type ReadEntry } from 'tar'

import { BackupDamagedError, BackupUnreadableError } from '../errors.js'
import { Fingerprint } from './fingerprint.js'
import { Manifest, MANIFEST } from './manifest.js'

/**
 * Reads a whole backup and looks whether it is as it was made.
 * @throws {InstanceError} INSTANCE_BACKUP_UNREADABLE, INSTANCE_BACKUP_DAMAGED
 */
export async function checkBackup(file: string): Promise<Manifest> {
  await access(file, constants.R_OK).catch((cause: unknown) => {
    throw new BackupUnreadableError(file, cause)
  })
  const { manifest, content } = await read(file)
  if (content.sha256 !== manifest.sha256 || content.bytes !== manifest.bytes)
    throw new BackupDamagedError(file, 'its content is not what its checksum says')
  return manifest
}

interface Read {
  readonly manifest: Manifest
  readonly content: { bytes: number; sha256: string }
}

async function read(file: string): Promise<Read> {
  const fingerprint = new Fingerprint()
  const head: Uint8Array[] = []
  const onReadEntry = (entry: ReadEntry) => {
    if (entry.path === MANIFEST) entry.on('data', (bytes: Buffer) => void head.push(bytes))
    else take(entry, fingerprint)
  }
  try {
    await list({ file, strict: true, maxDecompressionRatio: Infinity, onReadEntry })
    const manifest = Manifest.parse(JSON.parse(Buffer.concat(head).toString('utf8')))
    return { manifest, content: fingerprint.end() }
  } catch (error) {
    throw new BackupDamagedError(file, 'it cannot be read to its end', error)
  }
}

function take(entry: ReadEntry, fingerprint: Fingerprint): void {
  if (entry.type !== 'File' && entry.type !== 'Directory')
    throw new Error(`${entry.path} is neither a file nor a folder`)
  fingerprint.begin(entry.path, entry.size)
  entry.on('data', (bytes: Buffer) => fingerprint.add(bytes))
}
