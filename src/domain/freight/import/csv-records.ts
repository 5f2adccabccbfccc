import { parse, type Parser } from 'csv-parse'

import { LONGEST_LINE } from './row.js'

export interface CsvRecord {
  cells: readonly string[]
  /** The line it ends on. */
  line: number
}

/**
 * Cuts CSV text into its records. Every record before a fault is handed out before the fault is thrown, which is why
 * the parser is fed by hand: as a stream it would drop those that nobody has taken yet.
 * @throws {CsvError} of csv-parse
 */
export async function* csvRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
  const found: CsvRecord[] = []
  const parser = openParser((record) => found.push(record))
  for await (const chunk of chunks) {
    const fault = await feed(parser, chunk)
    yield* found.splice(0)
    if (fault) throw fault
  }
  const fault = await feed(parser, null)
  yield* found
  if (fault) throw fault
}

function openParser(onRecord: (record: CsvRecord) => void): Parser {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // Twice the longest line, so that a truncated one passes and is refused by itself: only a quote that is never
    // closed reaches this limit.
    max_record_size: 2 * LONGEST_LINE,
    on_record: (cells: string[], { lines }) => {
      onRecord({ cells, line: lines })
      return null // nothing goes down the stream
    },
  })
  return parser.on('error', () => undefined).resume() // feed() tells of errors
}

/** Hands over a chunk, or the end. @returns what is wrong with it. */
function feed(parser: Parser, chunk: Buffer | null): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const done = (error?: Error | null) => resolve(error ?? undefined)
    if (chunk) parser.write(chunk, done)
    else parser.once('end', done).once('error', done).end()
  })
}
