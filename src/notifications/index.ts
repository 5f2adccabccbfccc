import type { MigrationSet } from '../database/index.js'

export { PRIORITIES, type Notice, type Notify, type Priority, type Target } from './notice.js'

export const notificationMigrations: MigrationSet = { part: 'notifications', migrations: [] }
