import { z } from 'zod'

import type { Transaction } from '../../../database/index.js'
import { text } from '../../../directory/index.js'
import { IllegalStatusError, ShipmentNotFoundError } from '../errors.js'
import type { Cause, FreightEvent } from '../events.js'
import { instant } from './instant.js'
import { projectStatus } from './project-status.js'
import type { Shipment } from './shipment.js'
import { nextStatuses, SHIPMENT_STATUSES } from './status.js'
import { selectShipment } from './store/select-shipment.js'
import { lockShipment, updateStatus } from './store/update-status.js'

export const StatusChange = z.strictObject({
  status: z.enum(SHIPMENT_STATUSES),
  /** Why, for whoever asks later. Kept with the event, and on the shipment when it is cancelled. */
  reason: text(500).optional(),
  /** When it happened. Default: now. Fills actual times that are still open. */
  at: instant.optional(),
})

export type StatusChange = z.output<typeof StatusChange>

export interface StatusRequest {
  tenantId: string
  id: string
  change: StatusChange
  now: Date
  cause: Cause
}

/**
 * Moves a shipment to another status; its moves and stops follow. Waits for a rival change of the same shipment.
 * @returns what to record about it.
 * @throws {ShipmentNotFoundError} FREIGHT_SHIPMENT_NOT_FOUND
 * @throws {IllegalStatusError} FREIGHT_ILLEGAL_STATUS
 */
export async function changeStatus(
  tx: Transaction,
  request: StatusRequest,
): Promise<readonly FreightEvent[]> {
  const { tenantId, id, change, now } = request
  await lockShipment(tx, tenantId, id)
  const shipment = await selectShipment(tx, tenantId, id)
  if (!shipment) throw new ShipmentNotFoundError(id)
  const allowed = nextStatuses(shipment.status)
  if (!allowed.includes(change.status))
    throw new IllegalStatusError(id, shipment.status, change.status, allowed)
  const at = change.at ? new Date(change.at) : now
  await updateStatus(tx, tenantId, {
    key: shipment.key,
    status: change.status,
    deliveredAt: change.status === 'Completed' ? at : null,
    cancelReason: change.status === 'Canceled' ? (change.reason ?? null) : null,
    moves: projectStatus(shipment.moves, change.status, at),
    now,
  })
  return eventsOf(shipment, request, at)
}

function eventsOf(shipment: Shipment, { tenantId, change, cause }: StatusRequest, at: Date): FreightEvent[] {
  const about = { ...cause, tenantId, subject: `shipment:${shipment.id}` }
  const lane = {
    shipmentId: shipment.id,
    customerId: shipment.customer.id,
    originId: shipment.origin.id,
    destinationId: shipment.destination.id,
  }
  const changed: FreightEvent = {
    ...about,
    type: 'shipment.status-changed',
    data: { ...lane, from: shipment.status, to: change.status, reason: change.reason ?? null },
  }
  if (change.status !== 'Completed') return [changed]
  return [changed, { ...about, type: 'shipment.completed', data: { ...lane, completedAt: at.toISOString() } }]
}
