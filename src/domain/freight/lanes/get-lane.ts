import type { Executor } from '../../../database/index.js'
import { isId } from '../../../directory/index.js'
import { LaneNotFoundError } from './errors.js'
import type { DedicatedLane } from './lane.js'
import { selectLanes } from './store/lanes.js'

/** @throws {LaneNotFoundError} FREIGHT_LANE_NOT_FOUND */
export async function getLane(db: Executor, tenantId: string, id: string): Promise<DedicatedLane> {
  const filter = { id, customerId: null, status: null, limit: 1, after: null }
  const [lane] = isId(id) ? await selectLanes(db, tenantId, filter) : []
  if (!lane) throw new LaneNotFoundError(id)
  return lane
}
