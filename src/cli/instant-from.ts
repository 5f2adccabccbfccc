import { InvalidArgumentError } from 'commander'

import { isDuration, systemClock, toMs } from '../time/index.js'

const WITH_OFFSET = /^(\d{4}-\d\d-\d\d)T.*(Z|[+-]\d\d:?\d\d)$/i

/** Reads an option's value that is an instant, or a length of time from `now`. @returns ISO 8601. */
export function instantFrom(text: string, _before?: unknown, now: Date = systemClock.now()): string {
  if (isDuration(text)) return new Date(now.getTime() + toMs(text)).toISOString()
  // Without its offset it would be another instant on another machine.
  const [, day] = WITH_OFFSET.exec(text) ?? []
  const at = new Date(text)
  if (day !== undefined && isInCalendar(day) && !Number.isNaN(at.getTime())) return at.toISOString()
  throw new InvalidArgumentError(
    'Write a time from now such as 90d, or an instant of the calendar with its offset such as 2030-01-01T00:00:00Z or 2030-01-01T01:00+01:00.',
  )
}

/** The same for an end: one that is over would be the end of nothing. */
export function endFrom(text: string, _before?: unknown, now: Date = systemClock.now()): string {
  const at = instantFrom(text, undefined, now)
  if (new Date(at) > now) return at
  throw new InvalidArgumentError(`That is over: it is ${now.toISOString()} now. Write one that lies ahead.`)
}

/** `Date` takes the 30th of February for a day in March. */
function isInCalendar(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}
