import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { Presets, SingleBar } from 'cli-progress'
import { Option, type Command } from 'commander'

import type { Builders } from '../app.js'
import { CliError, UnreachableError, UnreadableFileError } from '../cli-error.js'
import { connect, type Connection } from '../connect.js'

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const
type Format = keyof typeof TYPES

/** One line of the API's answer. */
interface Line {
  kind: 'committed' | 'rejected' | 'done' | 'stopped'
  line: number
  reason: string
  fields?: readonly { field: string; message: string }[]
  lines: number
  created: number
  existing: number
  rejected: number
  throughLine: number
}

export function addImport(program: Command, builders: Builders): void {
  program
    .command('import')
    .description('Take in data.')
    .command('shipments')
    .description(
      'Take in shipments from a file, one on each line. A line that was taken in before is left as it is.',
    )
    .argument('<file>', 'CSV with a header line, or NDJSON; gzipped if it ends in .gz')
    .addOption(
      new Option('--format <format>', 'what it holds, if its name does not tell').choices(Object.keys(TYPES)),
    )
    .action((file: string, { format }: { format?: Format }) =>
      importShipments(file, format ?? formatOf(file), builders),
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

async function importShipments(file: string, format: Format, builders: Builders): Promise<void> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new UnreadableFileError(file, cause as Error)
  })
  const connection = await connect(builders.readConfig(), builders)
  const progress = process.stdout.isTTY
    ? new SingleBar(
        { format: '{bar} {percentage}% of {file}, {shipments} shipments' },
        Presets.shades_classic,
      )
    : undefined
  try {
    progress?.start(size, 0, { file, shipments: 0 })
    const summary = await upload(connection, file, format, {
      sent: (bytes) => progress?.update(bytes),
      taken: (shipments) => progress?.update({ shipments }),
    })
    progress?.stop()
    report(summary)
  } finally {
    progress?.stop()
    await connection.close()
  }
}

interface Summary {
  readonly done: Line
  readonly rejected: readonly Line[]
}

/** Sends the file and reads the answer at the same time. */
async function upload(
  { url, key }: Connection,
  file: string,
  format: Format,
  on: { sent(bytes: number): void; taken(shipments: number): void },
): Promise<Summary> {
  const target = new URL('/api/v1/shipments/import', url)
  const request = (target.protocol === 'https:' ? https : http).request(target, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': TYPES[format] },
  })
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', (cause) => reject(new UnreachableError(url, cause)))
  })
  const source = createReadStream(file)
  source.on('data', () => on.sent(source.bytesRead))
  const read = /\.gz$/i.test(file) ? source.pipe(createGunzip()) : source
  let unreadable: Error | undefined
  for (const stream of [source, read])
    stream.once('error', (error: Error) => request.destroy((unreadable = error)))
  // What goes wrong with sending shows in the answer, or in its absence.
  const sending = pipeline(read, request).catch(() => undefined)
  try {
    return await answered.then((response) => readAnswer(response, on.taken))
  } catch (error) {
    request.destroy()
    throw unreadable ? new UnreadableFileError(file, unreadable) : error
  } finally {
    await sending
  }
}

async function readAnswer(
  response: http.IncomingMessage,
  onTaken: (shipments: number) => void,
): Promise<Summary> {
  const rejected: Line[] = []
  let taken = 0
  let throughLine = 0
  for await (const text of linesOf(response)) {
    const line = JSON.parse(text) as Line & { detail?: string }
    if (response.statusCode !== 200)
      throw new CliError('CLI_REFUSED', line.detail ?? `The import was refused with ${response.statusCode}.`)
    if (line.kind === 'done') return { done: line, rejected }
    if (line.kind === 'rejected') rejected.push(line)
    if (line.kind === 'committed') onTaken((taken += line.created + line.existing))
    if (line.kind === 'committed') throughLine = line.throughLine
  }
  throw new CliError(
    'CLI_IMPORT_CUT_SHORT',
    `The import ended early. Everything up to line ${throughLine} is safe; run it again to take in the rest, which does no harm to what is there.`,
  )
}

/** Ends where the connection does, also when it breaks. */
async function* linesOf(response: http.IncomingMessage): AsyncGenerator<string> {
  try {
    yield* createInterface(response)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
  }
}

/** At most this many rejected lines are shown. */
const SHOWN = 20

function report({ done, rejected }: Summary): void {
  for (const line of rejected.slice(0, SHOWN)) process.stderr.write(`${describe(line)}\n`)
  if (rejected.length > SHOWN) process.stderr.write(`… and ${rejected.length - SHOWN} more lines\n`)
  process.stdout.write(
    `${done.created} shipments taken in, ${done.existing} were there already, ${done.rejected} lines rejected.\n`,
  )
  if (done.rejected > 0) process.exitCode = 1
}

function describe({ line, reason, fields = [] }: Line): string {
  const details = fields.map(({ field, message }) => (field ? `${field}: ${message}` : message))
  return [`line ${line}: ${reason}`, ...details].join(' ')
}
