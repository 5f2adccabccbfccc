import type { Executor } from '../database/index.js'
import type { Location, Page } from './record.js'
import { selectPage } from './store/records.js'

/** Newest first. */
export function listLocations(db: Executor, tenantId: string, page: Page): Promise<readonly Location[]> {
  return selectPage(db, 'location', tenantId, page)
}
