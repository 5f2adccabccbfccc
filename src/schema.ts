import { accessKeeps, accessMigrations } from './access/index.js'
import type { MigrationSet } from './database/index.js'
import { directoryMigrations } from './directory/index.js'
import { freightKeeps, freightMigrations } from './domain/freight/index.js'
import { eventKeeps, eventMigrations } from './events/index.js'
import { notificationKeeps, notificationMigrations } from './notifications/index.js'
import { queueMigrations, type Keep } from './queue/index.js'
import { ruleMigrations } from './rules/index.js'
import type { Duration } from './time/index.js'

/** Every part's migrations, a part after those whose tables it refers to. */
export const schema: readonly MigrationSet[] = [
  queueMigrations,
  eventMigrations,
  accessMigrations,
  ruleMigrations,
  notificationMigrations,
  directoryMigrations,
  freightMigrations,
]

/**
 * How long the tables of the parts keep their rows, those of the engine and of finished jobs apart.
 * @param audit how long the audit trail is kept
 */
export function keepsWith({ audit }: { audit?: Duration } = {}): readonly Keep[] {
  return [...eventKeeps, ...accessKeeps(audit), ...notificationKeeps, ...freightKeeps]
}
