import { newId, type Transaction } from '../database/index.js'
import type { LiveEvent } from './live-event.js'
import { LIVE_CHANNEL } from './publish.js'
import { insertChangedEvents, lockChanges } from './store/live-event.js'

/** How something stands that was seen to have changed. */
export interface Change extends Omit<LiveEvent, 'key'> {
  /** The number in its stream after which it is listened to: that the same was said before tells nobody anything. */
  readonly after: number
}

/**
 * Writes what `look` finds now, but for that which says the same as the last event of its stream: so many processes that look
 * at the same things write each change once, and in order. One at a time looks; the others wait for it.
 */
export async function publishChanges(tx: Transaction, look: () => Promise<readonly Change[]>): Promise<void> {
  await lockChanges(tx)
  const events = await look()
  if (events.length === 0) return
  await insertChangedEvents(
    tx,
    LIVE_CHANNEL,
    events.map((event) => ({ ...event, id: newId() })),
  )
}
