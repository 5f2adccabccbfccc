import type { MigrationSet } from './database/index.js'
import { eventMigrations } from './events/index.js'

/** Every part's migrations, a part after those whose tables it refers to. */
export const schema: readonly MigrationSet[] = [eventMigrations]
