export type { Database, Executor, QueryOptions, Transaction } from './database.js'
export {
  DatabaseClosedError,
  DatabaseError,
  DatabaseUnavailableError,
  isDataError,
  isForeignKeyViolation,
  isUnavailable,
  mayPass,
  isLockTimeout,
  isUniqueViolation,
  NestedCallError,
} from './errors.js'
export { newId } from './id.js'
export { joined } from './joined.js'
export {
  checkKnown,
  checkSchema,
  checkWholeSchema,
  migrate,
  OLDEST_VERSION,
  type Migration,
  type MigrationSet,
} from './migrate.js'
export { listSteps, type StepStatus } from './migration-status.js'
export { FolderLock } from './pglite/folder-lock.js'
export { findHolder } from './pglite/holder.js'
export { EmbeddedDatabase, openEmbedded, type EmbeddedOptions } from './pglite/open.js'
export type { Presence, PresenceOptions } from './presence.js'
export { PostgresDatabase, type PostgresOptions } from './postgres.js'
