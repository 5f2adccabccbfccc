import type { MigrationSet } from '../database/index.js'
import { directory } from './migrations/001-directory.js'

export { findCustomer, listCustomers } from './customers.js'
export { createDriver, getDriver, listDrivers } from './drivers.js'
export { createEquipment, getEquipment, listEquipment } from './equipment.js'
export { listLocations } from './locations.js'
export { NewDriver, NewEquipment, type Named, type Page } from './record.js'
export { resolveNames } from './resolve-names.js'
export { isId, isStorable, NAME_LENGTH, NOT_STORABLE, text } from './text.js'

export const directoryMigrations: MigrationSet = { part: 'directory', migrations: [directory] }
