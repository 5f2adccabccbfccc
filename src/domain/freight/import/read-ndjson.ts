import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'

import { TOO_LONG, type ImportRow } from './row.js'
import { splitLines, type Line } from './split-lines.js'

/** Reads one JSON value per line; empty lines are skipped. What cannot be read becomes a row with an error. */
export async function* readNdjson(stream: Readable): AsyncGenerator<ImportRow> {
  for await (const line of splitLines(stream)) {
    const row = parse(line)
    if (row) yield row
  }
}

function parse({ line, bytes }: Line): ImportRow | undefined {
  if (!bytes) return { line, error: TOO_LONG }
  if (!isUtf8(bytes)) return { line, error: 'The line is not UTF-8 text.' }
  const text = withoutMark(bytes.toString('utf8')).trim()
  if (text === '') return undefined
  try {
    return { line, value: JSON.parse(text) as unknown }
  } catch {
    return { line, error: 'The line is not JSON.' }
  }
}

/** Some programs begin a file with a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
