const DAY_MONTH_YEAR = /^(?<day>\d{1,2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2})$/
const MONTH_DAY_YEAR = /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{2})$/

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * The midnight (UTC) that begins the day written as `2-Jun-06` or `6/2/06` (month first).
 * Years are 2000 to 2099.
 * @returns `undefined` for any other text, such as `Date Not Captured`, and for days that no month has.
 */
export function parseScmsDate(text: string): Date | undefined {
  const { day, month, year } = (DAY_MONTH_YEAR.exec(text) ?? MONTH_DAY_YEAR.exec(text))?.groups ?? {}
  if (day === undefined || month === undefined || year === undefined) return undefined
  return midnight(2000 + Number(year), monthNumber(month), Number(day))
}

function monthNumber(text: string): number {
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text) + 1
}

/** `Date.UTC` counts 31 February on into March: such a day is no day. */
function midnight(year: number, month: number, day: number): Date | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isThatDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isThatDay ? date : undefined
}
