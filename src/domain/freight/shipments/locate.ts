import { SameLocationError, UnknownCustomerError, UnknownLocationError, type FieldError } from '../errors.js'
import type { ShipmentPlan } from './plan-shipment.js'
import type { NewMove } from './store/insert-shipments.js'

/** A planned shipment whose customer and places are known records. */
export interface Located {
  plan: ShipmentPlan
  customerId: string
  originId: string
  destinationId: string
  moves: readonly NewMove[]
}

type Ids = ReadonlyMap<string, string>

/** Every place a plan names, by id or name. */
export function placesOf({ input, moves }: ShipmentPlan): string[] {
  return [
    input.origin,
    input.destination,
    ...moves.flatMap(({ stops }) => stops.map((stop) => stop.location)),
  ]
}

/** Puts ids for what a plan names, or says which field names nothing. */
export function locate(
  plan: ShipmentPlan,
  customers: Ids,
  locations: Ids,
): { located: Located } | { id: string; error: FieldError } {
  const { customer, origin, destination } = plan.input
  const customerId = customers.get(customer)
  if (!customerId) return { id: plan.id, error: new UnknownCustomerError('customer', customer) }
  const unknown = findUnknown(plan, locations)
  if (unknown) return { id: plan.id, error: new UnknownLocationError(unknown.field, unknown.value) }
  const [originId, destinationId] = [idOf(locations, origin), idOf(locations, destination)]
  // An id and a name may mean the same place, which the input alone does not tell.
  if (originId === destinationId) return { id: plan.id, error: new SameLocationError(destination) }
  return { located: { plan, customerId, originId, destinationId, moves: moveRows(plan, locations) } }
}

function findUnknown({ input, moves }: ShipmentPlan, locations: Ids) {
  const stops = moves.flatMap((move, m) =>
    move.stops.map(({ location }, s) => ({ field: `moves.${m}.stops.${s}.location`, value: location })),
  )
  const ends = [
    { field: 'origin', value: input.origin },
    { field: 'destination', value: input.destination },
  ]
  return [...ends, ...stops].find(({ value }) => !locations.has(value))
}

function moveRows({ moves }: ShipmentPlan, locations: Ids): NewMove[] {
  return moves.map(({ status, stops }) => ({
    status,
    stops: stops.map(({ location, ...stop }) => ({ ...stop, locationId: idOf(locations, location) })),
  }))
}

function idOf(locations: Ids, place: string): string {
  return locations.get(place) as string // findUnknown has let it pass
}
