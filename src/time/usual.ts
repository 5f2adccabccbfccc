const EARLIEST = Date.parse('1900-01-01T00:00:00Z')
const LATEST = Date.parse('3000-01-01T00:00:00Z')

/** Whether people can mean an instant: a year of two digits, or of five, is a slip of the pen. */
export function isUsual(at: Date): boolean {
  return at.getTime() >= EARLIEST && at.getTime() < LATEST
}

/** What an instant that is not usual is told. */
export const NOT_USUAL = 'must lie between the years 1900 and 2999'
