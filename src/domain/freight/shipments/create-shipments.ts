import { newId, type Transaction } from '../../../database/index.js'
import { resolveNames } from '../../../directory/index.js'
import type { Cause, FreightEvent } from '../events.js'
import type { FieldError } from '../errors.js'
import { matchLane, type AssigningLane } from '../lanes/match-lane.js'
import { selectAssigning } from '../lanes/store/select-assigning.js'
import type { ShipmentInput } from './input.js'
import { locate, placesOf, type Located } from './locate.js'
import { planShipment, type ShipmentPlan } from './plan-shipment.js'
import { insertShipments, type NewShipment } from './store/insert-shipments.js'
import { selectTakenIds } from './store/select-shipments.js'

export interface Batch {
  tenantId: string
  inputs: readonly ShipmentInput[]
  now: Date
  cause: Cause
}

/** What became of one input. */
export type Creation =
  { kind: 'created' | 'existing'; id: string } | { kind: 'rejected'; id: string; error: FieldError }

/** The answers, in the order of the inputs, and the events to record with them. */
export interface Created {
  creations: readonly Creation[]
  events: readonly FreightEvent[]
}

/**
 * Writes a batch of shipments in bulk. Those whose id is there already are left as they are, a repeated id is one
 * shipment, and one that names an unknown customer or location is refused alone.
 */
export async function createShipments(tx: Transaction, batch: Batch): Promise<Created> {
  const ids = batch.inputs.map(({ id }) => id ?? newId())
  const plans = await planNew(tx, batch, ids)
  if (plans.length === 0) return { creations: answer(ids, new Set(), new Map()), events: [] }
  const { located, refused } = await locateAll(tx, batch.tenantId, plans)
  const lanes = await selectAssigning(tx, batch.tenantId, customersOf(located))
  const shipments = located.map((shipment) => toRow(shipment, lanes))
  const keys = await insertShipments(tx, batch.tenantId, shipments)
  const written = shipments.filter(({ key }) => keys.has(key))
  const created = {
    creations: answer(ids, new Set(written.map(({ id }) => id)), refused),
    events: written.map((shipment) => createdEvent(shipment, batch)),
  }
  return createRepeated(tx, batch, created)
}

/** An id that was refused may come again in the same batch, and be right this time. */
async function createRepeated(
  tx: Transaction,
  batch: Batch,
  { creations, events }: Created,
): Promise<Created> {
  const ids = creations.map(({ id }) => id)
  const isRepeated = ({ kind, id }: Creation, index: number) =>
    kind === 'rejected' && ids.indexOf(id) !== index
  const inputs = batch.inputs.filter((_, index) => isRepeated(creations[index] as Creation, index))
  if (inputs.length === 0) return { creations, events }
  const repeated = await createShipments(tx, { ...batch, inputs })
  const answers = [...repeated.creations]
  return {
    creations: creations.map((creation, index) =>
      isRepeated(creation, index) ? (answers.shift() as Creation) : creation,
    ),
    events: [...events, ...repeated.events],
  }
}

async function planNew(tx: Transaction, batch: Batch, ids: readonly string[]): Promise<ShipmentPlan[]> {
  const taken = await selectTakenIds(tx, batch.tenantId, ids)
  return batch.inputs.flatMap((input, index) => {
    const id = ids[index] as string
    return taken.has(id) || ids.indexOf(id) !== index ? [] : [planShipment(input, id, batch.now)]
  })
}

async function locateAll(
  tx: Transaction,
  tenantId: string,
  plans: readonly ShipmentPlan[],
): Promise<{ located: readonly Located[]; refused: ReadonlyMap<string, FieldError> }> {
  const customers = await resolveNames(
    tx,
    tenantId,
    'customer',
    plans.map(({ input }) => input.customer),
  )
  const locations = await resolveNames(tx, tenantId, 'location', plans.flatMap(placesOf))
  const results = plans.map((plan) => locate(plan, customers, locations))
  return {
    located: results.flatMap((result) => ('located' in result ? [result.located] : [])),
    refused: new Map(
      results.flatMap((result) => ('error' in result ? [[result.id, result.error] as const] : [])),
    ),
  }
}

function customersOf(located: readonly Located[]): string[] {
  return [...new Set(located.map(({ customerId }) => customerId))]
}

function toRow({ plan, ...ends }: Located, lanes: readonly AssigningLane[]): NewShipment {
  const { input, id, status, pickupAt, deliveredAt } = plan
  const row: NewShipment = {
    key: newId(),
    id,
    ...ends,
    service: input.service ?? null,
    equipment: input.equipment ?? null,
    weightKg: input.weightKg ?? null,
    freightCharge: input.freightCharge ?? null,
    currency: input.currency,
    status,
    pickupAt,
    deliveredAt,
    attributes: input.attributes ?? {},
    driverId: null,
    equipmentId: null,
    laneId: null,
  }
  const lane = status === 'New' ? matchLane(lanes, row) : undefined
  return lane ? assign(row, lane) : row
}

function assign(row: NewShipment, lane: AssigningLane): NewShipment {
  return {
    ...row,
    status: 'Assigned',
    driverId: lane.driverId,
    equipmentId: lane.equipmentId,
    laneId: lane.id,
    moves: row.moves.map((move) => ({ ...move, status: 'Assigned' })),
  }
}

function answer(
  ids: readonly string[],
  written: ReadonlySet<string>,
  refused: ReadonlyMap<string, FieldError>,
): Creation[] {
  return ids.map((id, index) => {
    const error = refused.get(id)
    if (error) return { kind: 'rejected', id, error }
    return { kind: written.has(id) && ids.indexOf(id) === index ? 'created' : 'existing', id }
  })
}

function createdEvent(shipment: NewShipment, { tenantId, cause }: Batch): FreightEvent {
  const { id, customerId, originId, destinationId, status } = shipment
  return {
    ...cause,
    type: 'shipment.created',
    tenantId,
    subject: `shipment:${id}`,
    data: { shipmentId: id, customerId, originId, destinationId, status },
  }
}
