import { InvalidArgumentError } from 'commander'

import { isDuration, systemClock, toMs } from '../time/index.js'

const WITH_OFFSET = /^\d{4}-.*T.*(Z|[+-]\d\d:?\d\d)$/i

/** Reads an option's value that is an instant, or a length of time from `now`. @returns ISO 8601. */
export function instantFrom(text: string, _before?: unknown, now: Date = systemClock.now()): string {
  if (isDuration(text)) return new Date(now.getTime() + toMs(text)).toISOString()
  const at = new Date(text)
  // Without its offset it would be another instant on another machine.
  if (WITH_OFFSET.test(text) && !Number.isNaN(at.getTime())) return at.toISOString()
  throw new InvalidArgumentError(
    'Write a time from now such as 90d, or an instant with its offset such as 2030-01-01T00:00:00Z or 2030-01-01T01:00+01:00.',
  )
}
