import { isUniqueViolation, type Executor } from '../database/index.js'
import { isTimeZone } from '../time/index.js'
import { AccessError } from './access-error.js'
import {
  insertTenant,
  lockTenantRow,
  selectTenant,
  selectTenantPage,
  selectTenants,
  updateTenantRow,
} from './store/tenants.js'

/** The organization that rows belong to. */
export interface Tenant {
  readonly id: string
  readonly name: string
  /** An IANA name; `'UTC'` until changed. */
  readonly timeZone: string
}

export class TenantNotFoundError extends Error {
  readonly code = 'ACCESS_TENANT_NOT_FOUND'
  constructor(readonly tenantId: string) {
    super(`There is no tenant "${tenantId}". List the tenants to see which there are.`)
    this.name = 'TenantNotFoundError'
  }
}

export class UnknownTimeZoneError extends Error {
  readonly code = 'ACCESS_UNKNOWN_TIME_ZONE'
  constructor(readonly timeZone: string) {
    super(`"${timeZone}" is not a time zone. Use an IANA name such as "Europe/Berlin" or "America/Chicago".`)
    this.name = 'UnknownTimeZoneError'
  }
}

export class TenantExistsError extends AccessError {
  constructor(id: string, cause: unknown) {
    super('ACCESS_TENANT_EXISTS', `There is already a tenant "${id}". Use it, or choose another id.`, {
      cause,
    })
  }
}

/** What an id of a tenant looks like: it stands in metrics, logs and addresses. */
export const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** @throws {TenantExistsError} ACCESS_TENANT_EXISTS
 * @throws {UnknownTimeZoneError} ACCESS_UNKNOWN_TIME_ZONE */
export async function createTenant(db: Executor, tenant: Tenant): Promise<Tenant> {
  if (!isTimeZone(tenant.timeZone)) throw new UnknownTimeZoneError(tenant.timeZone)
  try {
    await insertTenant(db, tenant)
  } catch (error) {
    if (isUniqueViolation(error, 'tenant_pkey')) throw new TenantExistsError(tenant.id, error)
    throw error
  }
  return tenant
}

/** @throws {TenantNotFoundError} ACCESS_TENANT_NOT_FOUND */
export async function getTenant(db: Executor, id: string): Promise<Tenant> {
  const tenant = await selectTenant(db, id)
  if (!tenant) throw new TenantNotFoundError(id)
  return tenant
}

/** As it is before a change; nobody else changes it until the transaction ends.
 * @throws {TenantNotFoundError} ACCESS_TENANT_NOT_FOUND */
export async function lockTenant(tx: Executor, id: string): Promise<Tenant> {
  const tenant = await lockTenantRow(tx, id)
  if (!tenant) throw new TenantNotFoundError(id)
  return tenant
}

/** Some tenants, in order of their ids. @param after the id of the last one of the page before */
export function listTenantPage(
  db: Executor,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Tenant[]> {
  return selectTenantPage(db, page)
}

/** Every tenant, in order of its id. */
export function listTenants(db: Executor): Promise<readonly Tenant[]> {
  return selectTenants(db)
}

/**
 * Changes what `changes` holds and leaves the rest.
 * @throws {TenantNotFoundError} ACCESS_TENANT_NOT_FOUND
 * @throws {UnknownTimeZoneError} ACCESS_UNKNOWN_TIME_ZONE
 */
export async function updateTenant(
  db: Executor,
  id: string,
  changes: { name?: string; timeZone?: string },
): Promise<Tenant> {
  const { name, timeZone } = changes
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw new UnknownTimeZoneError(timeZone)
  const tenant = await updateTenantRow(db, id, { name: name ?? null, timeZone: timeZone ?? null })
  if (!tenant) throw new TenantNotFoundError(id)
  return tenant
}
