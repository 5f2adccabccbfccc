import type { MigrationSet } from '../database/index.js'
import { event } from './migrations/001-event.js'

export { EventLog, type React } from './event-log.js'
export type { NewEvent, RecordedEvent } from './event.js'

export const eventMigrations: MigrationSet = { part: 'events', migrations: [event] }
