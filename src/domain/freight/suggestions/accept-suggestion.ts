import { z } from 'zod'

import { newId, type Transaction } from '../../../database/index.js'
import { getDriver, getEquipment, NAME_LENGTH, text } from '../../../directory/index.js'
import type { FreightEvent } from '../events.js'
import { DriverRequiredError, LaneExistsError, LaneNameTakenError } from '../lanes/errors.js'
import { LANE_NAME_LENGTH, numberedName } from '../lanes/lane-name.js'
import { findRival, insertLane, lockCustomer, type NewLane } from '../lanes/store/lanes.js'
import { markDecided } from './store/decide-suggestion.js'
import type { Suggestion } from './suggestion.js'

export const Acceptance = z.strictObject({
  /** Default: the suggested name, with a number behind it if it is taken. */
  name: text(LANE_NAME_LENGTH).optional(),
  /** Ids or names. */
  driver: text(NAME_LENGTH).optional(),
  equipment: text(NAME_LENGTH).optional(),
  /** Whether new shipments of the lane get the driver by themselves. Default: if there is a driver. */
  autoAssign: z.boolean().optional(),
})

export type Acceptance = z.output<typeof Acceptance>

export interface AcceptRequest {
  tenantId: string
  /** Pending, and locked by `tx`. */
  suggestion: Suggestion
  acceptance: Acceptance
  /** `kind:id` */
  actor: string | null
  now: Date
}

/**
 * Makes a dedicated lane of a suggestion.
 * @returns the lane's id, and what to record about it.
 * @throws {DriverRequiredError} FREIGHT_DRIVER_REQUIRED
 * @throws {RecordNotFoundError} DIRECTORY_DRIVER_NOT_FOUND, DIRECTORY_EQUIPMENT_NOT_FOUND
 * @throws {LaneExistsError} FREIGHT_LANE_EXISTS
 * @throws {LaneNameTakenError} FREIGHT_LANE_NAME_TAKEN
 */
export async function acceptSuggestion(
  tx: Transaction,
  request: AcceptRequest,
): Promise<{ laneId: string; events: readonly FreightEvent[] }> {
  const { tenantId, suggestion, acceptance, actor, now } = request
  const lane = await planLane(tx, request)
  await lockCustomer(tx, tenantId, lane.customerId)
  const rival = await findRival(tx, tenantId, lane)
  if (rival) throw new LaneExistsError(rival.id, rival.name)
  await insertNamed(tx, tenantId, lane, acceptance.name, now)
  await markDecided(tx, tenantId, {
    id: suggestion.id,
    status: 'accepted',
    by: actor,
    reason: null,
    laneId: lane.id,
    now,
  })
  return { laneId: lane.id, events: [acceptedEvent(lane, request)] }
}

async function planLane(
  tx: Transaction,
  { tenantId, suggestion, acceptance }: AcceptRequest,
): Promise<NewLane> {
  const { driver, equipment, autoAssign = driver !== undefined } = acceptance
  if (autoAssign && driver === undefined) throw new DriverRequiredError()
  return {
    id: newId(),
    name: acceptance.name ?? suggestion.suggestedName,
    customerId: suggestion.customer.id,
    originId: suggestion.origin.id,
    destinationId: suggestion.destination.id,
    service: suggestion.matchService,
    equipment: suggestion.matchEquipment,
    driverId: driver === undefined ? null : (await getDriver(tx, tenantId, driver)).id,
    equipmentId: equipment === undefined ? null : (await getEquipment(tx, tenantId, equipment)).id,
    autoAssign,
    suggestionId: suggestion.id,
  }
}

async function insertNamed(
  tx: Transaction,
  tenantId: string,
  lane: NewLane,
  wished: string | undefined,
  now: Date,
): Promise<void> {
  for (let number = 1; ; number++) {
    const name = numberedName(lane.name, number)
    if (await insertLane(tx, tenantId, { ...lane, name }, now)) return
    if (wished !== undefined) throw new LaneNameTakenError(wished)
  }
}

function acceptedEvent(lane: NewLane, { tenantId, suggestion, actor }: AcceptRequest): FreightEvent {
  const { id: laneId, customerId, originId, destinationId } = lane
  return {
    type: 'lane.accepted',
    tenantId,
    subject: `lane:${laneId}`,
    data: { laneId, suggestionId: suggestion.id, customerId, originId, destinationId },
    ...(actor === null ? {} : { actor }),
  }
}
