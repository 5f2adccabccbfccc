import type { Creation } from '../shipments/create-shipments.js'
import { ShipmentInput } from '../shipments/input.js'
import { commitRows, type ImportOptions, type ValidRow } from './commit-rows.js'
import type { RejectedLine } from './rejected-line.js'
import type { ImportRow } from './row.js'
import { wrongPointersOf } from '../../../queue/index.js'

/** Rows, and stops of theirs, written in one transaction. Larger ones are no quicker, and keep others waiting. */
const CHUNK = { rows: 500, stops: 5_000 }

export type ImportReport =
  | RejectedLine
  /** All lines up to `throughLine` are either committed or were reported as rejected. Counts of this chunk. */
  | { kind: 'committed'; throughLine: number; created: number; existing: number }
  /** The end; counts of the whole import. */
  | { kind: 'done'; lines: number; created: number; existing: number; rejected: number }

/** Takes shipments in, chunk by chunk, and tells what became of the lines. Bad ones are left out, good ones never. */
export async function* importShipments(
  rows: AsyncIterable<ImportRow>,
  options: ImportOptions,
): AsyncGenerator<ImportReport> {
  const total = { lines: 0, created: 0, existing: 0, rejected: 0 }
  for await (const report of importChunks(rows, options, () => total.lines++)) {
    if (report.kind === 'rejected') total.rejected += 1
    if (report.kind === 'committed') total.created += report.created
    if (report.kind === 'committed') total.existing += report.existing
    yield report
  }
  yield { kind: 'done', ...total }
}

async function* importChunks(
  rows: AsyncIterable<ImportRow>,
  options: ImportOptions,
  onLine: () => void,
): AsyncGenerator<ImportReport> {
  let chunk: ValidRow[] = []
  let throughLine = 0
  for await (const row of rows) {
    onLine()
    throughLine = row.line
    const checked = check(row)
    if ('kind' in checked) yield checked
    else chunk.push(checked)
    if (!isFull(chunk)) continue
    yield* commitChunk(chunk, throughLine, options)
    chunk = []
  }
  if (chunk.length > 0) yield* commitChunk(chunk, throughLine, options)
}

function isFull(chunk: readonly ValidRow[]): boolean {
  return chunk.length >= CHUNK.rows || sum(chunk.map(({ input }) => stopsOf(input))) >= CHUNK.stops
}

function stopsOf({ moves }: ShipmentInput): number {
  return sum((moves ?? []).map(({ stops }) => stops.length))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function check(row: ImportRow): ValidRow | RejectedLine {
  const { line } = row
  if ('error' in row) return { kind: 'rejected', line, reason: row.error }
  const parsed = ShipmentInput.safeParse(row.value)
  if (parsed.success) return { line, input: parsed.data }
  const fields = wrongPointersOf(parsed.error)
  return { kind: 'rejected', line, reason: 'The line is not a valid shipment.', fields }
}

async function* commitChunk(
  chunk: readonly ValidRow[],
  throughLine: number,
  options: ImportOptions,
): AsyncGenerator<ImportReport> {
  const outcomes = await commitRows(chunk, options)
  yield* outcomes.flatMap(({ rejected }) => (rejected ? [rejected] : []))
  const count = (kind: Creation['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length
  yield { kind: 'committed', throughLine, created: count('created'), existing: count('existing') }
}
