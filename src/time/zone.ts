const DAY_MS = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far a clock in `timeZone` is ahead of UTC at the instant `ms`. */
export function offsetMs(timeZone: string, ms: number): number {
  // 11/1/2026, 05:30:00. Asked for its parts, the format takes three times as long: 9 µs.
  const [month = 0, day, year = 0, hour, minute, second] = (
    formatOf(timeZone).format(ms).match(/\d+/g) ?? []
  ).map(Number)
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  return wall - Math.floor(ms / 1000) * 1000
}

/**
 * The first instant at which a clock in `timeZone` shows `wallMs` (a time of the day, written as if it were UTC) or has
 * skipped it. Clocks change at most once in two days.
 */
export function firstInstantOf(wallMs: number, timeZone: string): number {
  const offsets = [offsetMs(timeZone, wallMs - DAY_MS), offsetMs(timeZone, wallMs + DAY_MS)]
  const isReached = (ms: number) => ms + offsetMs(timeZone, ms) >= wallMs
  let low = wallMs - Math.max(...offsets)
  let high = wallMs - Math.min(...offsets)
  if (low === high || isReached(low)) return low
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isReached(middle)) high = middle
    else low = middle
  }
  return high
}

/**
 * Whether `name` is an IANA time zone. Abbreviations are none: `IST` is one zone to Node and another to PostgreSQL.
 */
export function isTimeZone(name: string): boolean {
  if (name !== 'UTC' && !name.includes('/')) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** Making one takes a hundred times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const key = timeZone.toLowerCase() // every spelling is understood; none may fill the memory
  let format = formats.get(key)
  if (!format) {
    const number = 'numeric' as const
    const fields = { year: number, month: number, day: number, hour: number, minute: number, second: number }
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...fields })
    formats.set(key, format)
  }
  return format
}
