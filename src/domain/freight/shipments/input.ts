import { z } from 'zod'

import { NAME_LENGTH, text } from '../../../directory/index.js'
import { instant } from './instant.js'
import {
  Ends,
  Places,
  refuseDeliveryBeforePickup,
  refuseEarlier,
  refuseOtherEnds,
  refuseSamePlace,
  Route,
} from './input-relations.js'
import { STOP_TYPES } from './status.js'

/** Charges are kept with 15 digits before the point. */
const CHARGE_LIMIT = 1e15

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
  .superRefine(refuseDeliveryBeforePickup, { when: ({ value }) => Ends.safeParse(value).success })
  .superRefine(refuseSamePlace, { when: ({ value }) => Places.safeParse(value).success })
  .superRefine(refuseOtherEnds, { when: ({ value }) => Route.safeParse(value).success })

export type ShipmentInput = z.output<typeof ShipmentInput>
