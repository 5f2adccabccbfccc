import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

import type { Command } from 'commander'

import type { Kept } from '../../instance/index.js'
import { systemClock } from '../../time/index.js'
import type { Builders } from '../app.js'
import { CliError, RefusedError, UnreachableError } from '../cli-error.js'
import {
  connect,
  isServed,
  readWanted,
  refuseMissingData,
  type ApiOptions,
  type Connection,
  type Wanted,
} from '../connect.js'
import { untilSignal } from '../until-signal.js'

export function addBackup(program: Command, builders: Builders): void {
  program
    .command('backup')
    .description('Write all that the embedded database holds into one file, while everything runs.')
    .option('--to <file>', 'where to; default: linehaul-<time>.tar.gz in this folder')
    .action((_options: object, command: Command) => backup(command.optsWithGlobals(), builders))
}

async function backup(
  { to = nameAt(systemClock.now()), ...options }: ApiOptions & { to?: string },
  builders: Builders,
): Promise<void> {
  const config = await readWanted(builders, options)
  await refuseMissingData(config)
  const [stop, over] = [new AbortController(), new AbortController()]
  void untilSignal(systemClock, over.signal).then((signal) => stop.abort(new InterruptedError(signal)))
  const keep = (await isServed(config)) ? fetchBackup : makeBackup
  const kept = await keep(config, builders, { file: to, stop: stop.signal }).finally(() => over.abort())
  const told = options.json ? JSON.stringify({ file: to, ...kept }, null, 2) : describe(to, kept)
  process.stdout.write(`${told}\n`)
}

function nameAt(now: Date): string {
  return `linehaul-${now.toISOString().replaceAll(/[:-]|\.\d+/g, '')}.tar.gz`
}

class InterruptedError extends CliError {
  constructor(signal: NodeJS.Signals) {
    super('CLI_INTERRUPTED', `${signal}: the backup was not made, and nothing of it is left.`)
  }
}

interface Target {
  readonly file: string
  readonly stop: AbortSignal
}

/** From the process that has the database open: nobody else can read it then. */
async function fetchBackup(config: Wanted, builders: Builders, target: Target): Promise<Kept> {
  const connection = await connect(config, builders)
  const { keepBackup } = await import('../../instance/index.js')
  return keepBackup(() => requestBackup(connection, target.stop), target)
}

async function requestBackup({ url, key }: Connection, signal: AbortSignal): Promise<Readable> {
  const headers = { authorization: `Bearer ${key}` }
  const asked = fetch(`${url}/api/v1/backups`, { method: 'POST', headers, signal })
  const response = await asked.catch((cause: unknown) => {
    throw signal.aborted ? signal.reason : new UnreachableError(url, cause)
  })
  if (response.ok && response.body) return Readable.fromWeb(response.body as ReadableStream)
  const { detail } = (await response.json()) as { detail?: string }
  throw new RefusedError(response.status, detail ?? `${url} answered ${response.status}.`)
}

async function makeBackup(config: Wanted, builders: Builders, target: Target): Promise<Kept> {
  const { keepBackup, NotEmbeddedError } = await import('../../instance/index.js')
  if (config.databaseUrl !== undefined) throw new NotEmbeddedError()
  const { instance, close } = await builders.openInstance(config)
  return keepBackup(() => instance.backup(), target).finally(close)
}

function describe(file: string, { manifest, bytes }: Kept): string {
  const megabytes = (count: number) => (count / 1e6).toFixed(1)
  return `${file}: ${megabytes(bytes)} MB, of ${megabytes(manifest.bytes)} MB of data as of ${manifest.takenAt}. Nothing could be written for ${manifest.heldMs} ms.`
}
