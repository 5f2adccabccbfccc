import { isDataError, type Database, type Transaction } from '../../../database/index.js'
import { ShipmentRefusedError } from '../errors.js'
import type { Cause } from '../events.js'
import type { Creation } from '../shipments/create-shipments.js'
import type { ShipmentInput } from '../shipments/input.js'
import type { Shipments } from '../shipments/shipments.js'
import { rejectLine, type RejectedLine } from './rejected-line.js'

export interface ImportOptions {
  database: Database
  shipments: Shipments
  tenantId: string
  cause?: Cause
  /** Called in the transaction of each chunk that takes something in. */
  note?: Note
}

/** How many shipments of a chunk are new, and how many were there. */
export interface ChunkCounts {
  readonly created: number
  readonly existing: number
}

export type Note = (tx: Transaction, counts: ChunkCounts) => Promise<void>

export interface ValidRow {
  line: number
  input: ShipmentInput
}

/** What became of one row. */
export interface Outcome {
  kind: Creation['kind']
  rejected?: RejectedLine
}

/** One transaction, or two of half the size each when the database refuses a value, until that row stands alone. */
export async function commitRows(rows: readonly ValidRow[], options: ImportOptions): Promise<Outcome[]> {
  try {
    return await commitTogether(rows, options)
  } catch (error) {
    if (!isDataError(error)) throw error
    const [only] = rows
    if (only && rows.length === 1)
      return [
        { kind: 'rejected', rejected: rejectLine(only.line, new ShipmentRefusedError(only.input.id, error)) },
      ]
    const middle = rows.length >> 1
    return [
      ...(await commitRows(rows.slice(0, middle), options)),
      ...(await commitRows(rows.slice(middle), options)),
    ]
  }
}

async function commitTogether(
  rows: readonly ValidRow[],
  { database, shipments, tenantId, cause, note }: ImportOptions,
): Promise<Outcome[]> {
  const inputs = rows.map(({ input }) => input)
  const creations = await database.transaction(async (tx) => {
    const made = await shipments.createMany(tx, tenantId, inputs, cause)
    const counts = { created: countOf(made, 'created'), existing: countOf(made, 'existing') }
    if (counts.created > 0) await note?.(tx, counts)
    return made
  })
  return creations.map((creation, index) =>
    creation.kind === 'rejected'
      ? { kind: 'rejected', rejected: rejectLine(rows[index]?.line ?? 0, creation.error) }
      : { kind: creation.kind },
  )
}

function countOf(creations: readonly Creation[], kind: Creation['kind']): number {
  return creations.filter((creation) => creation.kind === kind).length
}
