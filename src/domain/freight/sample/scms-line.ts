/** One line of the file: one item of a shipment, its fields exactly as written. */
export type ScmsLine = Readonly<Record<Field, string>>

type Field = keyof typeof COLUMN

/** Our name for each column that is used, and the file's. */
const COLUMN = {
  id: 'ID',
  shipment: 'ASN/DN #',
  project: 'Project Code',
  site: 'Manufacturing Site',
  country: 'Country',
  mode: 'Shipment Mode',
  poSent: 'PO Sent to Vendor Date',
  scheduled: 'Scheduled Delivery Date',
  delivered: 'Delivered to Client Date',
  weight: 'Weight (Kilograms)',
  freight: 'Freight Cost (USD)',
} as const

const FIELD_OF = new Map<string, Field>(
  Object.entries(COLUMN).map(([field, column]) => [column, field as Field]),
)

class MissingColumnsError extends Error {
  readonly code = 'SAMPLE_MISSING_COLUMNS'
  constructor(readonly columns: readonly string[]) {
    super(`This is not the SCMS delivery history: it has no column "${columns.join('", "')}".`)
    this.name = 'MissingColumnsError'
  }
}

/**
 * The field that each column of `header` fills, `false` where the column is not used.
 * @throws {MissingColumnsError} SAMPLE_MISSING_COLUMNS when a column that is used is not there.
 */
export function fieldsOf(header: readonly string[]): (Field | false)[] {
  const missing = Object.values(COLUMN).filter((column) => !header.includes(column))
  if (missing.length > 0) throw new MissingColumnsError(missing)
  return header.map((column) => FIELD_OF.get(column) ?? false)
}
