import { isUniqueViolation, newId, type Executor } from '../database/index.js'
import { RecordExistsError, RecordNotFoundError } from './errors.js'
import { findRecord } from './find-record.js'
import type { Driver, NewDriver, Page } from './record.js'
import { insertDriver, selectPage } from './store/records.js'

/** @throws {RecordExistsError} DIRECTORY_DRIVER_EXISTS */
export async function createDriver(db: Executor, tenantId: string, { name }: NewDriver): Promise<Driver> {
  const id = newId()
  try {
    await insertDriver(db, tenantId, { id, name })
  } catch (error) {
    if (isUniqueViolation(error, 'driver_name')) throw new RecordExistsError('driver', name, error)
    throw error
  }
  return getDriver(db, tenantId, id)
}

/**
 * The driver with this id or, in any case, this name.
 * @throws {RecordNotFoundError} DIRECTORY_DRIVER_NOT_FOUND
 */
export async function getDriver(db: Executor, tenantId: string, idOrName: string): Promise<Driver> {
  const driver = await findRecord(db, 'driver', tenantId, idOrName)
  if (!driver) throw new RecordNotFoundError('driver', idOrName)
  return driver
}

/** Newest first. */
export function listDrivers(db: Executor, tenantId: string, page: Page): Promise<readonly Driver[]> {
  return selectPage(db, 'driver', tenantId, page)
}
