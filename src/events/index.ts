import type { MigrationSet } from '../database/index.js'
import { event } from './migrations/001-event.js'
import { liveEvent } from './migrations/002-live-event.js'
import { written } from './migrations/003-written.js'
import { neverNumbered } from './migrations/004-never-numbered.js'

export { EventLog, type React } from './event-log.js'
export type { NewEvent, RecordedEvent } from './event.js'
export type { LiveEvent, NumberedEvent } from './live-event.js'
export { publish } from './publish.js'
export { publishChanges, type Change } from './publish-changes.js'
export { Relay } from './relay.js'
export { EVERYTHING, replay } from './replay.js'
export { syncCompleted, syncFailed } from './sync-event.js'
export { readLastNumbers } from './store/read-live-events.js'

/** How long events are kept: a year, and some weeks to compare it with the one before; those of live screens for a day. */
export const eventKeeps = [
  { table: 'event', column: 'at', for: '400d' },
  { table: 'live_event', column: 'at', for: '1d' },
  { table: 'live_stream', column: 'expires_at', for: '0s' },
] as const

export const eventMigrations: MigrationSet = {
  part: 'events',
  migrations: [event, liveEvent, written, neverNumbered],
}
