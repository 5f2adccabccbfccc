import { nextDigest } from '../digest/next-digest.js'
import { matchesPattern } from '../event-pattern.js'
import type { Notice } from '../notice.js'
import { canWait } from '../preferences/can-wait.js'
import { outsideQuietHours } from '../preferences/quiet-hours.js'
import type { Channel, InZone, Preferences } from '../preferences/preferences.js'

/** How one person is told. */
export interface Delivery {
  /** `null`: not on screens. It lies in the inbox at once; screens ring at that instant, which may be now. */
  readonly ringAt: Date | null
  /** `null`: by no e-mail; `digest`: together with others. */
  readonly email: { readonly at: Date; readonly isDigest: boolean } | null
}

/** Pure: what somebody wants, for one notice, at one instant. Nothing is dropped because of the time; it is put off. */
export function decideDelivery(
  preferences: InZone,
  notice: Pick<Notice, 'eventType' | 'priority'>,
  now: Date,
): Delivery {
  const channels = channelsFor(preferences, notice)
  const mayWait = canWait(notice.priority)
  const at = mayWait ? outsideQuietHours(preferences, now) : now
  return {
    ringAt: channels.includes('in-app') ? at : null,
    email: channels.includes('email') ? emailAt(preferences, { mayWait, now, at }) : null,
  }
}

function channelsFor(
  { channels, events }: Preferences,
  { eventType, priority }: Pick<Notice, 'eventType' | 'priority'>,
): readonly Channel[] {
  const chosen = events.find(({ pattern }) => matchesPattern(pattern, eventType))?.channels
  const wanted = chosen ?? channels[priority]
  return priority === 'critical' ? ['in-app', ...wanted] : wanted
}

function emailAt(
  preferences: InZone,
  { mayWait, now, at }: { mayWait: boolean; now: Date; at: Date },
): { at: Date; isDigest: boolean } {
  const digestAt = mayWait ? nextDigest(preferences, now) : null
  return digestAt ? { at: digestAt, isDigest: true } : { at, isDigest: false }
}
