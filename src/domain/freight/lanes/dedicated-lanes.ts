import type { Database, Executor } from '../../../database/index.js'
import { findCustomer } from '../../../directory/index.js'
import type { DedicatedLane, LaneStatus } from './lane.js'
import { LaneExistsError } from './errors.js'
import { getLane } from './get-lane.js'
import { findRival, lockCustomer, selectLanes, updateLaneStatus } from './store/lanes.js'

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

  /** @throws {LaneNotFoundError} FREIGHT_LANE_NOT_FOUND */
  get(tenantId: string, id: string): Promise<DedicatedLane> {
    return getLane(this.#database, tenantId, id)
  }

  /**
   * Switches a lane off, so that it takes no more shipments, or on again. Shipments that it has assigned stay as they are.
   * @throws {LaneNotFoundError} FREIGHT_LANE_NOT_FOUND
   * @throws {LaneExistsError} FREIGHT_LANE_EXISTS when another active lane has taken its place meanwhile.
   */
  changeStatus(tenantId: string, id: string, status: LaneStatus): Promise<DedicatedLane> {
    return this.#database.transaction(async (tx) => {
      const lane = await getLane(tx, tenantId, id)
      if (lane.status === status) return lane
      await lockCustomer(tx, tenantId, lane.customer.id)
      if (status === 'active') await refuseRival(tx, tenantId, lane)
      await updateLaneStatus(tx, tenantId, id, status)
      return getLane(tx, tenantId, id)
    })
  }
}

async function refuseRival(db: Executor, tenantId: string, lane: DedicatedLane): Promise<void> {
  const rival = await findRival(db, tenantId, {
    customerId: lane.customer.id,
    originId: lane.origin.id,
    destinationId: lane.destination.id,
    service: lane.service,
    equipment: lane.equipmentType,
  })
  if (rival) throw new LaneExistsError(rival.id, rival.name)
}
