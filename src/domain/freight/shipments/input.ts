import { z } from 'zod'

import { NAME_LENGTH, text } from '../../../directory/index.js'
import { STOP_TYPES } from './status.js'

/** Charges are kept with 15 digits before the point. */
const CHARGE_LIMIT = 1e15

const EARLIEST = Date.parse('1900-01-01T00:00:00Z')
const LATEST = Date.parse('3000-01-01T00:00:00Z')

const instant = z.iso.datetime({ offset: true }).refine((value) => {
  const at = Date.parse(value)
  return Number.isNaN(at) || (at >= EARLIEST && at < LATEST) // the format check has refused what is no instant
}, 'must lie between the years 1900 and 2999')

const place = text(NAME_LENGTH)

const Stop = z
  .strictObject({
    location: place,
    type: z.enum(STOP_TYPES),
    plannedArrival: instant.optional(),
    plannedDeparture: instant.optional(),
    actualArrival: instant.optional(),
    actualDeparture: instant.optional(),
  })
  .superRefine((stop, context) => {
    refuseEarlier(context, 'plannedDeparture', stop.plannedDeparture, 'plannedArrival', stop.plannedArrival)
    refuseEarlier(context, 'actualDeparture', stop.actualDeparture, 'actualArrival', stop.actualArrival)
  })

const Move = z.strictObject({ stops: z.array(Stop).min(2).max(50) })

const attributes = z
  .record(text(100), z.union([z.literal(''), text(1_000)]))
  .refine((record) => Object.keys(record).length <= 20, 'may have at most 20 entries')

/** A shipment as other systems send it. Unknown keys are refused. */
export const ShipmentInput = z
  .strictObject({
    /** The sender's own id; sent twice it is the same shipment. Default: a new UUID. */
    id: text(200).optional(),
    /** Customers and locations are ids or names; a new name makes a record. */
    customer: place,
    origin: place,
    destination: place,
    service: text(100).optional(),
    /** The type of equipment wanted: `reefer trailer`. */
    equipment: text(100).optional(),
    weightKg: z.number().min(0).optional(),
    /** In whole units of `currency`, with decimals. */
    freightCharge: z.number().min(0).lt(CHARGE_LIMIT).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be three capitals (ISO 4217), such as USD')
      .default('USD'),
    shippedAt: instant,
    deliveredAt: instant.optional(),
    /** Default: one move from origin to destination. */
    moves: z.array(Move).min(1).max(50).optional(),
    /** The sender's own references, such as original dates. */
    attributes: attributes.optional(),
  })
  .superRefine((shipment, context) => {
    refuseEarlier(context, 'deliveredAt', shipment.deliveredAt, 'shippedAt', shipment.shippedAt)
    if (isSamePlace(shipment.origin, shipment.destination))
      refuse(context, 'destination', 'must differ from the origin')
    refuseOtherEnds(context, shipment)
  })

export type ShipmentInput = z.output<typeof ShipmentInput>

type Context = z.core.$RefinementCtx

function refuse(context: Context, field: string, message: string): void {
  context.addIssue({ code: 'custom', path: [field], message })
}

function refuseEarlier(
  context: Context,
  field: string,
  value: string | undefined,
  than: string,
  earliest: string | undefined,
): void {
  if (value === undefined || earliest === undefined || Date.parse(value) >= Date.parse(earliest)) return
  refuse(context, field, `must not be before ${than}`)
}

interface Route {
  origin: string
  destination: string
  moves?: { stops: { location: string }[] }[] | undefined
}

function refuseOtherEnds(context: Context, { origin, destination, moves }: Route): void {
  const first = moves?.[0]?.stops[0]
  const last = moves?.at(-1)?.stops.at(-1)
  if (first && !isSamePlace(origin, first.location))
    refuse(context, 'origin', 'must be the location of the first stop, written the same way')
  if (last && !isSamePlace(destination, last.location))
    refuse(context, 'destination', 'must be the location of the last stop, written the same way')
}

function isSamePlace(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
