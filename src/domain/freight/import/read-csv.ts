import type { Readable } from 'node:stream'

import { CsvError } from 'csv-parse'

import { CsvHeaderError } from '../errors.js'
import { csvRecords } from './csv-records.js'
import { LONGEST_LINE, TOO_LONG, type ImportRow } from './row.js'
import { truncateLines } from './truncate-lines.js'

const REQUIRED = ['customer', 'origin', 'destination', 'shippedAt']
const NUMBERS = ['weightKg', 'freightCharge']
const COLUMNS = ['id', ...REQUIRED, 'deliveredAt', 'service', 'equipment', ...NUMBERS, 'currency']

/**
 * Reads a CSV file with a header line, with or without byte order mark, with any line ending. Empty cells are absent.
 * `line` is the line a record ends on.
 * @throws {CsvHeaderError} FREIGHT_CSV_HEADER
 */
export async function* readCsv(stream: Readable): AsyncGenerator<ImportRow> {
  let header: readonly string[] | undefined
  try {
    for await (const { cells, line } of csvRecords(truncateLines(stream))) {
      if (header) yield toRow(header, cells, line)
      else header = checkHeader(cells)
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    yield unreadable(error)
  }
}

function checkHeader(record: readonly string[]): readonly string[] {
  const header = record.map((name) => name.trim())
  const [only] = header
  if (header.length === 1 && /[;\t]/.test(only ?? ''))
    throw new CsvHeaderError('is separated by semicolons or tabs: save the file with commas', COLUMNS)
  const unknown = header.filter((name) => !COLUMNS.includes(name))
  const missing = REQUIRED.filter((name) => !header.includes(name))
  const repeated = header.filter((name, index) => header.indexOf(name) !== index)
  if (unknown.length > 0) throw new CsvHeaderError(`has unknown columns: ${unknown.join(', ')}`, COLUMNS)
  if (missing.length > 0) throw new CsvHeaderError(`lacks the columns ${missing.join(', ')}`, COLUMNS)
  if (repeated.length > 0) throw new CsvHeaderError(`repeats the columns ${repeated.join(', ')}`, COLUMNS)
  return header
}

function toRow(header: readonly string[], record: readonly string[], line: number): ImportRow {
  if (record.some((cell) => cell.length >= LONGEST_LINE)) return { line, error: TOO_LONG }
  if (record.some((cell) => cell.includes('\uFFFD'))) return { line, error: 'The line is not UTF-8 text.' }
  if (record.length !== header.length)
    return { line, error: `The line has ${record.length} cells, the header ${header.length}.` }
  const cells = header.map((name, index) => [name, convert(name, record[index] as string)] as const)
  return { line, value: Object.fromEntries(cells.filter(([, value]) => value !== undefined)) }
}

/** What is no number stays text, so that the field is refused by its name. */
function convert(name: string, cell: string): string | number | undefined {
  const text = cell.trim()
  if (text === '') return undefined
  return NUMBERS.includes(name) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

function unreadable(error: CsvError): ImportRow {
  const line = typeof error['lines'] === 'number' ? error['lines'] : 0
  return {
    line,
    error:
      'A quote is never closed, here or before: nothing after it could be read. Close it and send the rest again.',
  }
}
