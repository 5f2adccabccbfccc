import { nextCron, previousCron } from '../../time/index.js'

export interface QuietHours {
  /** `22:00`, on a clock of the zone. */
  readonly from: string
  readonly to: string
}

/**
 * When the quiet hours of `now` are over; `null` when it is none. They begin and end when a clock of the zone shows so, and on
 * the days on which clocks change as schedules run: at a time that is skipped at the first instant after it, at one that comes
 * twice at its first coming.
 */
export function quietUntil(hours: QuietHours | null, timeZone: string, now: Date): Date | null {
  if (!hours) return null
  const justAfter = new Date(now.getTime() + 1)
  const began = previousCron(daily(hours.from), timeZone, justAfter)
  const ended = previousCron(daily(hours.to), timeZone, justAfter)
  if (!began || (ended && ended >= began)) return null
  return nextCron(daily(hours.to), timeZone, now) ?? null
}

/** `at`, or the end of the quiet hours in which it lies. */
export function outsideQuietHours(
  { quietHours, timeZone }: { quietHours: QuietHours | null; timeZone: string },
  at: Date,
): Date {
  return quietUntil(quietHours, timeZone, at) ?? at
}

function daily(time: string): string {
  const [hour, minute] = time.split(':').map(Number)
  return `${minute} ${hour} * * *`
}
