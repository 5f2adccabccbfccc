/** A real minute and the time that a clock in some zone shows then, written as if it were UTC. */
interface Minute {
  readonly at: Date
  readonly wall: number
}

const MINUTE_MS = 60_000

/** The real minutes of six hours around the instant near midnight of `day` at which clocks change, or around midnight. */
export function minutesAroundChange(timeZone: string, day: string): readonly Minute[] {
  const start = new Date(`${day}T00:00:00Z`).getTime() - 1_440 * MINUTE_MS
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const minutes = Array.from({ length: 2 * 1_440 }, (_, n) => {
    const at = new Date(start + n * MINUTE_MS)
    return { at, wall: Date.parse(`${format.format(at).replace(' ', 'T')}Z`) }
  })
  const change = minutes.findIndex(({ wall }, n) => n > 0 && wall - (minutes[n - 1]?.wall ?? 0) !== MINUTE_MS)
  const middle = change === -1 ? 1_440 : change
  return minutes.slice(middle - 180, middle + 180)
}

/**
 * The ticks of a cron that names no dates, by the words of the rule and not by any search.
 */
export function ticksByDefinition(cron: string, minutes: readonly Minute[]): readonly Date[] {
  const [minute = '', hour = '', , , weekday = ''] = cron.split(' ')
  const isDue = (wall: number) => {
    const clock = new Date(wall)
    return (
      includes(minute, clock.getUTCMinutes()) &&
      includes(hour, clock.getUTCHours()) &&
      includes(weekday, clock.getUTCDay())
    )
  }
  let shown = (minutes[0]?.wall ?? 0) - MINUTE_MS
  return minutes
    .filter(({ wall }) => {
      if (hour.includes('*')) return isDue(wall)
      const fresh = Array.from(
        { length: Math.max(0, (wall - shown) / MINUTE_MS) },
        (_, n) => wall - n * MINUTE_MS,
      )
      shown = Math.max(shown, wall)
      return fresh.some(isDue) // what this minute shows for the first time, or has skipped
    })
    .map(({ at }) => at)
}

function includes(field: string, value: number): boolean {
  return field.split(',').some((part) => {
    const [range = '', step = '1'] = part.split('/')
    const [from, to = from] = range === '*' ? [0, 99] : range.split('-').map(Number)
    return value >= Number(from) && value <= Number(to) && (value - Number(from)) % Number(step) === 0
  })
}
