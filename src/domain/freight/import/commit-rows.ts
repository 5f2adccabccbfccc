import { isDataError, type Database } from '../../../database/index.js'
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
}

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
  { database, shipments, tenantId, cause }: ImportOptions,
): Promise<Outcome[]> {
  const inputs = rows.map(({ input }) => input)
  const creations = await database.transaction((tx) => shipments.createMany(tx, tenantId, inputs, cause))
  return creations.map((creation, index) =>
    creation.kind === 'rejected'
      ? { kind: 'rejected', rejected: rejectLine(rows[index]?.line ?? 0, creation.error) }
      : { kind: creation.kind },
  )
}
