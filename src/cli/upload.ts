import { createReadStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { CliError, RefusedError, UnreachableError, UnreadableFileError } from './cli-error.js'
import type { Connection } from './connect.js'

/** The content type of each format that can be imported. */
export const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const
export type Format = keyof typeof TYPES

/** One line of the API's answer. */
export interface Line {
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

export interface Summary {
  readonly done: Line
  readonly rejected: readonly Line[]
}

/** Sends the file and reads the answer at the same time. */
export async function upload(
  { url, key }: Connection,
  file: string,
  format: Format,
  on: { sent(bytes: number): void; taken(shipments: number): void; stop: AbortSignal },
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
  on.stop.addEventListener('abort', () => request.destroy())
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
      throw new RefusedError(
        response.statusCode ?? 0,
        line.detail ?? `The import was refused with ${response.statusCode}.`,
      )
    if (line.kind === 'done') return { done: line, rejected }
    if (line.kind === 'rejected') rejected.push(line)
    if (line.kind === 'committed') onTaken((taken += line.created + line.existing))
    if (line.kind === 'committed') throughLine = line.throughLine
  }
  throw new CliError(
    'CLI_IMPORT_CUT_SHORT',
    `The import ended early. Everything up to line ${throughLine} is safe. Run it again for the rest: lines whose id is there are left as they are. If yours have no ids, take out the lines up to ${throughLine} before.`,
  )
}

/** Ends where the connection does, also when it breaks. */
async function* linesOf(response: http.IncomingMessage): AsyncGenerator<string> {
  try {
    // What goes wrong once nobody reads any more is no news.
    yield* createInterface(response).on('error', () => undefined)
  } catch (error) {
    if (!['ECONNRESET', 'ABORT_ERR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
