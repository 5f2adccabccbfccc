import type { Database } from '../../database/index.js'
import { selectUnreached, type UnreachedNotice } from '../store/notification.js'

/** What a tenant was to be told and nobody got: for a user whom it does not have, or for a role that nobody has. */
export class Unreached {
  constructor(private readonly database: Database) {}

  /** Newest first. @param after the id of the last one of the page before */
  list(
    tenantId: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly UnreachedNotice[]> {
    return selectUnreached(this.database, tenantId, page)
  }
}
