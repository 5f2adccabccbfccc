import { accessMigrations } from './access/index.js'
import type { MigrationSet } from './database/index.js'
import { directoryMigrations } from './directory/index.js'
import { freightMigrations } from './domain/freight/index.js'
import { eventMigrations } from './events/index.js'
import { queueMigrations } from './queue/index.js'

/** Every part's migrations, a part after those whose tables it refers to. */
export const schema: readonly MigrationSet[] = [
  queueMigrations,
  eventMigrations,
  accessMigrations,
  directoryMigrations,
  freightMigrations,
]
