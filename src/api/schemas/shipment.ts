import { z } from 'zod'

import { MOVE_STATUSES, SHIPMENT_STATUSES, STOP_STATUSES, STOP_TYPES } from '../../domain/freight/index.js'

export const Ref = z.object({ id: z.string(), name: z.string() })

const Assignment = z.object({
  laneId: z.string().nullable().describe('The dedicated lane that assigned it.'),
  driver: Ref,
  equipment: Ref.extend({ type: z.string() }).nullable(),
})

export const ShipmentSummary = z.object({
  id: z.string(),
  status: z.enum(SHIPMENT_STATUSES),
  customer: Ref,
  origin: Ref,
  destination: Ref,
  service: z.string().nullable(),
  equipment: z.string().nullable().describe('The type of equipment wanted.'),
  weightKg: z.number().nullable(),
  freightCharge: z.number().nullable().describe('In whole units of `currency`.'),
  currency: z.string(),
  shippedAt: z.date(),
  deliveredAt: z.date().nullable(),
  attributes: z.record(z.string(), z.string()).describe("The sender's own references."),
  assignment: Assignment.nullable().describe('Who drives it with what.'),
  cancelReason: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
})

const Stop = z.object({
  sequence: z.number().int(),
  location: Ref,
  type: z.enum(STOP_TYPES),
  status: z.enum(STOP_STATUSES),
  plannedArrival: z.date().nullable(),
  plannedDeparture: z.date().nullable(),
  actualArrival: z.date().nullable(),
  actualDeparture: z.date().nullable(),
})

export const Shipment = ShipmentSummary.extend({
  moves: z
    .array(
      z.object({
        sequence: z.number().int(),
        status: z.enum(MOVE_STATUSES),
        stops: z.array(Stop).readonly(),
      }),
    )
    .readonly(),
})
