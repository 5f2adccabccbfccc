import { newId, type Executor } from '../database/index.js'
import type { LiveEvent } from './live-event.js'
import { insertLiveEvents } from './store/live-event.js'

/** What relays of all processes listen on. */
export const LIVE_CHANNEL = 'linehaul_live_new'

/** Writes live events in the transaction that makes them true. They are numbered and sent soon after its commit. */
export async function publish(tx: Executor, events: readonly LiveEvent[]): Promise<void> {
  if (events.length === 0) return
  await insertLiveEvents(
    tx,
    LIVE_CHANNEL,
    events.map((event) => ({ ...event, id: newId() })),
  )
}
