import { stat } from 'node:fs/promises'

import { Option, type Command } from 'commander'

import { systemClock } from '../../time/index.js'
import type { Builders } from '../app.js'
import { CliError, UnreadableFileError } from '../cli-error.js'
import { connect, readWanted, type ApiOptions } from '../connect.js'
import { SaidAlready } from '../exit-code.js'
import { untilSignal } from '../until-signal.js'
import { TYPES, upload, type Format, type Line, type Summary } from '../upload.js'

export function addImport(program: Command, builders: Builders): void {
  program
    .command('import')
    .description('Take in data.')
    .command('shipments')
    .description(
      'Take in shipments from a file, one on each line. A line whose id is there already is left as it is; lines without an id are new shipments each time.',
    )
    .argument('<file>', 'CSV with a header line, or NDJSON; gzipped if it ends in .gz')
    .addOption(
      new Option('--format <format>', 'what it holds, if its name does not tell').choices(Object.keys(TYPES)),
    )
    .action((file: string, { format = formatOf(file) }: { format?: Format }, command: Command) =>
      importShipments(file, format, command.optsWithGlobals(), builders),
    )
}

function formatOf(file: string): Format {
  const [, ending] = /\.(csv|ndjson|jsonl)(\.gz)?$/i.exec(file) ?? []
  if (ending) return ending.toLowerCase() === 'csv' ? 'csv' : 'ndjson'
  throw new CliError(
    'CLI_UNKNOWN_FORMAT',
    `The name of ${file} does not tell what it holds: add --format csv or --format ndjson.`,
  )
}

async function importShipments(
  file: string,
  format: Format,
  options: ApiOptions,
  builders: Builders,
): Promise<void> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new UnreadableFileError(file, cause as Error)
  })
  const connection = await connect(await readWanted(builders, options), builders)
  const [stop, over] = [new AbortController(), new AbortController()]
  void untilSignal(systemClock, over.signal).then(() => stop.abort())
  const progress = process.stdout.isTTY ? await makeBar() : undefined
  try {
    progress?.start(size, 0, { file, shipments: 0 })
    const summary = await upload(connection, file, format, {
      sent: (bytes) => progress?.update(bytes),
      taken: (shipments) => progress?.update({ shipments }),
      stop: stop.signal,
    })
    progress?.stop()
    report(summary, options)
  } finally {
    over.abort()
    progress?.stop()
    await connection.close()
  }
}

async function makeBar() {
  const { Presets, SingleBar } = await import('cli-progress')
  const format = '{bar} {percentage}% of {file} sent, {shipments} shipments taken in'
  return new SingleBar({ format }, Presets.shades_classic)
}

/** At most this many rejected lines are shown. */
const SHOWN = 20

function report({ done, rejected }: Summary, { json }: ApiOptions): void {
  for (const line of rejected.slice(0, SHOWN)) process.stderr.write(`${describe(line)}\n`)
  if (rejected.length > SHOWN) process.stderr.write(`… and ${rejected.length - SHOWN} more lines\n`)
  process.stdout.write(
    `${json ? JSON.stringify({ ...done, rejectedLines: rejected }, null, 2) : summarize(done)}\n`,
  )
  if (done.rejected > 0) throw new SaidAlready(1)
}

function summarize({ created, existing, rejected }: Line): string {
  return `${counted(created, 'shipment')} taken in, ${existing} there already, ${counted(rejected, 'line')} rejected.`
}

function describe({ line, reason, fields = [] }: Line): string {
  const details = fields.map(({ field, message }) => `${field} ${message}`.trim())
  return details.length > 0 ? `line ${line}: ${details.join('; ')}` : `line ${line}: ${reason}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
