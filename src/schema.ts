import type { MigrationSet } from './database/index.js'
import { eventMigrations } from './events/index.js'
import { queueMigrations } from './queue/index.js'

/** Every part's migrations, a part after those whose tables it refers to. */
export const schema: readonly MigrationSet[] = [queueMigrations, eventMigrations]
