import { access } from 'node:fs/promises'
import path from 'node:path'

import type { Config } from '../config.js'
import type { Builders } from './app.js'
import { readLocalKey } from './local-key.js'
import { CliError, UnreachableError } from './cli-error.js'

/** An API to talk to, and how to let go of it. */
export interface Connection {
  readonly url: string
  readonly key: string
  close(): Promise<void>
}

/**
 * Finds the API that a command shall use: the one at LINEHAUL_URL; else that of the process which has the data folder
 * open; else one of this process's own, on the same database, for as long as the command runs.
 */
export async function connect(
  config: Config,
  { openForCommand }: Pick<Builders, 'openForCommand'>,
): Promise<Connection> {
  if (config.url !== undefined) return remote(config.url, config)
  const holder = config.databaseUrl === undefined ? await holderOf(config.dataDir) : undefined
  if (holder?.url)
    return { url: holder.url, key: await readLocalKey(config.dataDir), close: async () => undefined }
  const app = await openForCommand(config)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, key: app.localSecret, close: () => app.close() }
}

/** Whether a process serves an API through which a command has to go. */
export async function isServed({ url, databaseUrl, dataDir }: Config): Promise<boolean> {
  if (url !== undefined) return true
  return databaseUrl === undefined && (await holderOf(dataDir))?.url != null
}

async function holderOf(folder: string) {
  const { findHolder } = await import('../database/index.js')
  return findHolder(folder)
}

function remote(url: string, { apiKey }: Config): Connection {
  if (apiKey === undefined) {
    throw new CliError(
      'CLI_NO_KEY',
      `LINEHAUL_URL is ${url}: set LINEHAUL_API_KEY to a key of that Linehaul as well.`,
    )
  }
  return { url: url.replace(/\/$/, ''), key: apiKey, close: async () => undefined }
}

/**
 * For commands that only look: there is nothing to see, and nothing to make, where no Linehaul has ever run.
 * @throws {CliError} CLI_NO_DATA
 */
export async function refuseMissingData({ url, databaseUrl, dataDir }: Config): Promise<void> {
  if (url !== undefined || databaseUrl !== undefined) return
  await access(path.join(dataDir, 'db')).catch((cause: unknown) => {
    throw new CliError(
      'CLI_NO_DATA',
      `There is no data in ${dataDir}. Start Linehaul there first (\`linehaul serve\`), or name another folder with LINEHAUL_DATA_DIR.`,
      { cause },
    )
  })
}

/** Reads JSON from the API. @throws {CliError} CLI_REFUSED with what the API said. */
export async function readJson<Answer>({ url, key }: Connection, path: string): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } }).catch(
    (cause: unknown) => {
      throw new UnreachableError(url, cause)
    },
  )
  const body = (await response.json()) as { detail?: string }
  if (!response.ok) throw new CliError('CLI_REFUSED', body.detail ?? `${url} answered ${response.status}.`)
  return body as Answer
}
