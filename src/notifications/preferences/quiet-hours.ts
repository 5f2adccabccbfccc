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
  return spanOf(hours, timeZone, now)?.until ?? null
}

/** `at`, or the end of the quiet hours in which it lies. */
export function outsideQuietHours({ quietHours, timeZone }: OwnQuietHours, at: Date): Date {
  return quietUntil(quietHours, timeZone, at) ?? at
}

/**
 * When the quiet hours of `now` are over, if they began after `dueAt`; else `null`. What was to be told in the midst of them,
 * by somebody's wish or because they were chosen later, is told.
 */
export function quietSince(
  { quietHours, timeZone }: OwnQuietHours,
  { dueAt, now }: { dueAt: Date; now: Date },
): Date | null {
  const span = spanOf(quietHours, timeZone, now)
  return span && dueAt < span.from ? span.until : null
}

interface OwnQuietHours {
  readonly quietHours: QuietHours | null
  readonly timeZone: string
}

/** The quiet hours in which `now` lies. */
function spanOf(
  hours: QuietHours | null,
  timeZone: string,
  now: Date,
): { from: Date; until: Date } | undefined {
  if (!hours) return undefined
  const justAfter = new Date(now.getTime() + 1)
  const from = previousCron(daily(hours.from), timeZone, justAfter)
  const ended = previousCron(daily(hours.to), timeZone, justAfter)
  if (!from || (ended && ended >= from)) return undefined
  const until = nextCron(daily(hours.to), timeZone, now)
  return until && { from, until }
}

function daily(time: string): string {
  const [hour, minute] = time.split(':').map(Number)
  return `${minute} ${hour} * * *`
}
