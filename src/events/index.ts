import type { MigrationSet } from '../database/index.js'
import { event } from './migrations/001-event.js'

export { EventLog, type React } from './event-log.js'
export type { NewEvent, RecordedEvent } from './event.js'

/** How long events are kept: a year, and some weeks to compare it with the one before. */
export const eventKeeps = [{ table: 'event', column: 'at', for: '400d' }] as const

export const eventMigrations: MigrationSet = { part: 'events', migrations: [event] }
