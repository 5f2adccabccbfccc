import { z } from 'zod'

import { LANE_STATUSES } from '../../domain/freight/index.js'
import { Ref } from './shipment.js'

export const DedicatedLane = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(LANE_STATUSES),
  customer: Ref,
  origin: Ref,
  destination: Ref,
  service: z
    .string()
    .nullable()
    .describe('Only shipments with this service; null: any, empty: those without.'),
  equipmentType: z.string().nullable().describe('Only shipments that want this type; null: any.'),
  driver: Ref.nullable(),
  equipment: Ref.extend({ type: z.string() }).nullable(),
  autoAssign: z.boolean().describe('Whether its new shipments get the driver and equipment by themselves.'),
  suggestionId: z.string().nullable(),
  createdAt: z.date(),
})
