import { isOver } from '../is-over.js'
import { canWait } from '../preferences/can-wait.js'
import type { InZone } from '../preferences/preferences.js'
import { quietSince } from '../preferences/quiet-hours.js'
import type { MailTiming } from '../store/mail-timing.js'

/** Whether a mail may go out. `'over'`: nobody is to be told any more. */
export type TimeVerdict =
  { readonly kind: 'now' } | { readonly kind: 'over' } | { readonly kind: 'later'; readonly at: Date }

export const OVER = 'Its time was over: it tells of something that is of no use any more.'

/** Pure: what is late, as nothing ran when it was due, heeds its time and the quiet hours that have begun since. */
export function judgeTime({ notice, dueAt }: MailTiming, preferences: InZone, now: Date): TimeVerdict {
  if (notice && isOver(notice, now)) return { kind: 'over' }
  if (notice && !canWait(notice.priority)) return { kind: 'now' }
  const at = quietSince(preferences, { dueAt, now })
  return at ? { kind: 'later', at } : { kind: 'now' }
}
