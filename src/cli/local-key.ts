import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

const FILE = 'cli-key'

/** Lets commands of the same user use the API of the process that has the data folder open. */
export async function writeLocalKey(dataDir: string, secret: string): Promise<void> {
  const file = path.join(dataDir, FILE)
  await rm(file, { force: true }) // the mode is only set on a new file
  await writeFile(file, secret, { mode: 0o600 })
}

export async function readLocalKey(dataDir: string): Promise<string> {
  return readFile(path.join(dataDir, FILE), 'utf8')
}

export async function removeLocalKey(dataDir: string): Promise<void> {
  await rm(path.join(dataDir, FILE), { force: true })
}
