export type Cell = string | number | null | undefined

/** What a table can show of a text: its first line, as far as this many characters. */
const WIDEST = 72

/**
 * Rows under their headings, each column as wide as its widest cell. Numbers stand to the right, what is not there stays empty.
 * @param isLastWhole whether the last column tells its texts to their ends, in one line
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { isLastWhole = false }: { isLastWhole?: boolean } = {},
): string {
  const isWhole = (column: number) => isLastWhole && column === headings.length - 1
  const shown = rows.map((row) =>
    row.map((cell, column) => (isWhole(column) ? inOneLine(cell) : shorten(cell))),
  )
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...shown.map((row) => String(row[column] ?? '').length)),
  )
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(headings), ...shown.map(line)].join('\n')
}

/** Names and what they are, a line each. */
export function facts(all: Readonly<Record<string, Cell>>): string {
  const width = Math.max(...Object.keys(all).map((name) => name.length)) + 2
  return Object.entries(all)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name.padEnd(width)}${value}`)
    .join('\n')
}

function shorten(cell: Cell): string | number {
  if (typeof cell === 'number') return cell
  const [first = ''] = (cell ?? '').split('\n')
  return first.length > WIDEST ? `${first.slice(0, WIDEST - 1)}…` : first
}

function inOneLine(cell: Cell): string | number {
  return typeof cell === 'number' ? cell : (cell ?? '').replaceAll(/\s*\n\s*/g, ' ')
}

function pad(cell: string | number, width: number): string {
  return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width)
}
