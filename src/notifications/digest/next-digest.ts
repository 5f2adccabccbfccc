import { nextCron } from '../../time/index.js'
import type { InZone } from '../preferences/preferences.js'
import { outsideQuietHours } from '../preferences/quiet-hours.js'

/** When somebody's next digest goes out; `null` for who wants none. */
export function nextDigest(preferences: InZone, now: Date): Date | null {
  const { every, hour } = preferences.digest
  if (every === 'none') return null
  const due = nextCron(every === 'hourly' ? '0 * * * *' : `0 ${hour} * * *`, preferences.timeZone, now)
  return outsideQuietHours(preferences, due ?? now)
}
