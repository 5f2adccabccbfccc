import { z } from 'zod'

import { SUGGESTION_STATUSES } from '../../domain/freight/index.js'
import { Ref, ShipmentSummary } from './shipment.js'

const Share = z.number().min(0).max(1).nullable()

const Factor = z.object({
  name: z.string(),
  points: z.number(),
  max: z.number(),
  reason: z.string().describe('Why it has these points.'),
})

export const LaneSuggestion = z.object({
  id: z.string(),
  status: z.enum(SUGGESTION_STATUSES),
  confidence: z.number().min(0).max(1),
  factors: z.array(Factor).readonly().describe('What the confidence is the sum of.'),
  customer: Ref,
  origin: Ref,
  destination: Ref,
  matchService: z
    .string()
    .nullable()
    .describe('The service its shipments must have, where exact matching is on; empty for none.'),
  matchEquipment: z.string().nullable().describe('Likewise the type of equipment.'),
  service: z.string().nullable().describe('What most of its shipments state …'),
  serviceShare: Share.describe('… and how large a part of them.'),
  equipment: z.string().nullable().describe('The type that most of its shipments want …'),
  equipmentShare: Share.describe('… and how large a part of them.'),
  frequency: z.number().int().describe('Days with a pick-up within the window.'),
  shipmentCount: z.number().int(),
  firstPickupAt: z.date(),
  lastPickupAt: z.date(),
  totalFreightCharge: z.number().nullable().describe('In `currency`, the one most of its charges are in.'),
  currency: z.string().nullable(),
  windowFrom: z.date(),
  windowTo: z.date(),
  suggestedName: z.string(),
  analyzedAt: z.date(),
  expiresAt: z.date(),
  decidedAt: z.date().nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  dedicatedLaneId: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
})

export const LaneSuggestionDetails = LaneSuggestion.extend({
  shipments: z.array(ShipmentSummary).readonly().describe('The newest 100 shipments behind it.'),
})
