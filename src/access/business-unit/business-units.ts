import { isForeignKeyViolation, isUniqueViolation, newId, type Executor } from '../../database/index.js'
import { BusinessUnitExistsError, BusinessUnitInUseError, BusinessUnitNotFoundError } from './errors.js'
import { deleteUnit, insertUnit, lockUnit, selectUnit, selectUnits, updateUnit } from './store.js'

/** A part of a tenant, such as a branch; members may belong to one. */
export interface BusinessUnit {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
}

/** Which part of a list: newest first. */
export interface UnitPage {
  readonly limit: number
  /** The id of the last unit of the page before. */
  readonly after?: string | undefined
}

/** @throws {BusinessUnitExistsError} ACCESS_BUSINESS_UNIT_EXISTS */
export async function createBusinessUnit(
  db: Executor,
  tenantId: string,
  { name }: { name: string },
): Promise<BusinessUnit> {
  const id = newId()
  await refuseTaken(name, insertUnit(db, tenantId, { id, name }))
  return getBusinessUnit(db, tenantId, id)
}

/** @throws {BusinessUnitNotFoundError} ACCESS_BUSINESS_UNIT_NOT_FOUND */
export async function getBusinessUnit(db: Executor, tenantId: string, id: string): Promise<BusinessUnit> {
  const unit = await selectUnit(db, tenantId, id)
  if (!unit) throw new BusinessUnitNotFoundError(id)
  return unit
}

/** As it is before a change; nobody else changes it until the transaction ends.
 * @throws {BusinessUnitNotFoundError} ACCESS_BUSINESS_UNIT_NOT_FOUND */
export async function lockBusinessUnit(tx: Executor, tenantId: string, id: string): Promise<BusinessUnit> {
  const unit = await lockUnit(tx, tenantId, id)
  if (!unit) throw new BusinessUnitNotFoundError(id)
  return unit
}

/** Newest first. */
export function listBusinessUnits(
  db: Executor,
  tenantId: string,
  page: UnitPage,
): Promise<readonly BusinessUnit[]> {
  return selectUnits(db, tenantId, page)
}

/** @throws {BusinessUnitNotFoundError} ACCESS_BUSINESS_UNIT_NOT_FOUND
 * @throws {BusinessUnitExistsError} ACCESS_BUSINESS_UNIT_EXISTS */
export async function renameBusinessUnit(
  db: Executor,
  tenantId: string,
  id: string,
  { name }: { name: string },
): Promise<BusinessUnit> {
  if (!(await refuseTaken(name, updateUnit(db, tenantId, { id, name }))))
    throw new BusinessUnitNotFoundError(id)
  return getBusinessUnit(db, tenantId, id)
}

/** Removes a unit to which nobody and nothing belongs.
 * @throws {BusinessUnitNotFoundError} ACCESS_BUSINESS_UNIT_NOT_FOUND
 * @throws {BusinessUnitInUseError} ACCESS_BUSINESS_UNIT_IN_USE */
export async function removeBusinessUnit(db: Executor, tenantId: string, id: string): Promise<void> {
  try {
    if (!(await deleteUnit(db, tenantId, id))) throw new BusinessUnitNotFoundError(id)
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new BusinessUnitInUseError(id, error)
    throw error
  }
}

async function refuseTaken<Result>(name: string, change: Promise<Result>): Promise<Result> {
  try {
    return await change
  } catch (error) {
    if (isUniqueViolation(error, 'business_unit_name')) throw new BusinessUnitExistsError(name, error)
    throw error
  }
}
