import { isUniqueViolation, newId, type Executor } from '../database/index.js'
import { RecordExistsError, RecordNotFoundError } from './errors.js'
import { findRecord } from './find-record.js'
import type { Equipment, NewEquipment, Page } from './record.js'
import { insertEquipment, selectPage } from './store/records.js'

/** @throws {RecordExistsError} DIRECTORY_EQUIPMENT_EXISTS */
export async function createEquipment(
  db: Executor,
  tenantId: string,
  { name, type }: NewEquipment,
): Promise<Equipment> {
  const id = newId()
  try {
    await insertEquipment(db, tenantId, { id, name, type })
  } catch (error) {
    if (isUniqueViolation(error, 'equipment_name')) throw new RecordExistsError('equipment', name, error)
    throw error
  }
  return getEquipment(db, tenantId, id)
}

/**
 * The piece of equipment with this id or, in any case, this name.
 * @throws {RecordNotFoundError} DIRECTORY_EQUIPMENT_NOT_FOUND
 */
export async function getEquipment(db: Executor, tenantId: string, idOrName: string): Promise<Equipment> {
  const equipment = await findRecord(db, 'equipment', tenantId, idOrName)
  if (!equipment) throw new RecordNotFoundError('equipment', idOrName)
  return equipment
}

/** Newest first. */
export function listEquipment(db: Executor, tenantId: string, page: Page): Promise<readonly Equipment[]> {
  return selectPage(db, 'equipment', tenantId, page)
}
