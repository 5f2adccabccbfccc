import { access } from 'node:fs/promises'
import path from 'node:path'

import type { Config } from '../config.js'
import type { Builders } from './app.js'
import { ApiClient } from './api-client.js'
import { CliError } from './cli-error.js'
import { readLocalKey } from './local-key.js'

/** An API to talk to, and how to let go of it. */
export interface Connection {
  readonly url: string
  readonly key: string
  close(): Promise<void>
}

/** What every command understands that uses the API. They win over the environment. */
export interface ApiOptions {
  readonly url?: string
  readonly key?: string
  /** One JSON value on the standard output instead of words. */
  readonly json?: boolean
}

/** The configuration, and what the options say instead. */
export interface Wanted extends Config {
  /** Who to be, whichever API it is; left out: as the configuration has it there, here this machine's own user. */
  readonly key?: string | undefined
}

export async function readWanted(
  { readConfig }: Pick<Builders, 'readConfig'>,
  { url, key }: ApiOptions,
): Promise<Wanted> {
  const config = await readConfig()
  return { ...config, url: url ?? config.url, key }
}

/**
 * Finds the API that a command shall use: the one at `--url` or LINEHAUL_URL; else that of the process which has the data folder
 * open; else one of this process's own, on the same database, for as long as the command runs.
 */
export async function connect(
  wanted: Wanted,
  { openForCommand }: Pick<Builders, 'openForCommand'>,
): Promise<Connection> {
  const { url, key, dataDir } = wanted
  if (url !== undefined) return remote(url, key ?? wanted.apiKey)
  const holder = wanted.databaseUrl === undefined ? await holderOf(dataDir) : undefined
  if (holder?.url)
    return { url: holder.url, key: key ?? (await readLocalKey(dataDir)), close: async () => undefined }
  const app = await openForCommand(wanted)
  const own = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: own, key: key ?? app.localSecret, close: () => app.close() }
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

function remote(url: string, key: string | undefined): Connection {
  if (key === undefined)
    throw new CliError(
      'CLI_NO_KEY',
      `A key of the Linehaul at ${url} is needed: set LINEHAUL_API_KEY, or add --key.`,
    )
  return { url: url.replace(/\/$/, ''), key, close: async () => undefined }
}

/** Acts on the API of a Linehaul that has run before, and lets go of it. */
export async function withApi<Result>(
  builders: Builders,
  options: ApiOptions,
  act: (api: ApiClient) => Promise<Result>,
): Promise<Result> {
  const wanted = await readWanted(builders, options)
  await refuseMissingData(wanted)
  const connection = await connect(wanted, builders)
  try {
    return await act(new ApiClient(connection))
  } finally {
    await connection.close()
  }
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
