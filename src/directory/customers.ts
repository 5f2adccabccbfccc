import type { Executor } from '../database/index.js'
import { findRecord } from './find-record.js'
import type { Customer, Page } from './record.js'
import { selectPage } from './store/records.js'

/** The customer with this id or, in any case, this name. */
export function findCustomer(
  db: Executor,
  tenantId: string,
  idOrName: string,
): Promise<Customer | undefined> {
  return findRecord(db, 'customer', tenantId, idOrName)
}

/** Newest first. */
export function listCustomers(db: Executor, tenantId: string, page: Page): Promise<readonly Customer[]> {
  return selectPage(db, 'customer', tenantId, page)
}
