/**
 * One column of all rows, as a parameter; `null` when every value is, which costs nothing to send: `unnest` fills it up.
 */
export function column<Row, Value>(
  rows: readonly Row[],
  valueOf: (row: Row) => Value | null,
): readonly (Value | null)[] | null {
  const values = rows.map(valueOf)
  return values.some((value) => value !== null) ? values : null
}

/** An array of UUIDs as the database reads it: the driver would quote and escape each of them (1 us a job). */
export function uuids(ids: readonly string[]): string {
  return `{${ids.join(',')}}`
}
