import type { Database } from '../../../database/index.js'
import { findCustomer } from '../../../directory/index.js'
import type { DedicatedLane, LaneStatus } from './lane.js'
import { selectLanes } from './store/lanes.js'

export interface LaneList {
  /** An id or a name. Default: every customer. */
  customer?: string
  /** Default: any. */
  status?: LaneStatus
  limit: number
  /** The id of the last lane of the page before. */
  after?: string
}

/** Knows the dedicated lanes; accepting a suggestion makes them. */
export class DedicatedLanes {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Newest first. A customer that does not exist has none. */
  async list(
    tenantId: string,
    { customer, status, limit, after }: LaneList,
  ): Promise<readonly DedicatedLane[]> {
    const found = customer === undefined ? null : await findCustomer(this.#database, tenantId, customer)
    if (found === undefined) return []
    return selectLanes(this.#database, tenantId, {
      id: null,
      customerId: found?.id ?? null,
      status: status ?? null,
      limit,
      after: after ?? null,
    })
  }
}
