import { z } from 'zod'

import {
  SHIPMENT_STATUSES,
  ShipmentInput,
  StatusChange,
  type ShipmentRow,
} from '../../domain/freight/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { causeOf, changeOf, creationOf } from '../audited.js'
import { problems, type Routes } from '../route.js'
import { Shipment, ShipmentSummary } from '../schemas/shipment.js'

const Id = z.object({ id: z.string() })

const EXAMPLE = {
  customer: 'ACME Corp',
  origin: 'Los Angeles',
  destination: 'Dallas',
  service: 'LTL',
  weightKg: 2268,
  shippedAt: '2026-11-20T08:00:00-08:00',
}

export const shipments: Routes = async (api, { services: { freight }, changes }) => {
  const tags = ['shipments']

  api.post(
    '/shipments',
    {
      config: { may: 'shipments.write' },
      schema: {
        tags,
        summary: 'Take in a shipment',
        description:
          'Customer, origin and destination are an id or a name; a new name makes a record. An `id` sent twice is the same shipment: the second answer is 200 with the one that is there.',
        body: ShipmentInput.meta({ examples: [EXAMPLE] }),
        response: { 200: Shipment, 201: Shipment, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ freight }, audit) => {
        const { tenantId } = request.caller
        const { shipment, created } = await freight.shipments.create(tenantId, request.body, causeOf(request))
        if (created) await audit(creationOf('shipment', shipment))
        void reply.code(created ? 201 : 200)
        return shipment
      }),
  )

  api.get(
    '/shipments',
    {
      config: { may: 'shipments.read' },
      schema: {
        tags,
        summary: 'List shipments, newest first',
        querystring: PageQuery.extend({
          customer: z.string().optional().describe('An id or a name.'),
          status: z.enum(SHIPMENT_STATUSES).optional(),
        }),
        response: { 200: pageOf(ShipmentSummary), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (shipment: ShipmentRow) => shipment.key,
        ({ limit, after }) => freight.shipments.list(caller.tenantId, { ...query, limit, after }),
      ),
  )

  api.get(
    '/shipments/:id',
    {
      config: { may: 'shipments.read' },
      schema: { tags, summary: 'Look at one shipment', params: Id, response: { 200: Shipment, ...problems } },
    },
    ({ params, caller }) => freight.shipments.get(caller.tenantId, params.id),
  )

  api.post(
    '/shipments/:id/status',
    {
      config: { may: 'shipments.write' },
      schema: {
        tags,
        summary: 'Move a shipment on',
        description:
          'Its moves and stops follow. A status it cannot take from where it is gets 409 with those it can.',
        params: Id,
        body: StatusChange,
        response: { 200: Shipment, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ freight }, audit) => {
        const { params, body, caller } = request
        const before = await freight.shipments.get(caller.tenantId, params.id)
        const after = await freight.shipments.changeStatus(caller.tenantId, params.id, body, causeOf(request))
        await audit(changeOf('shipment', 'change-status', before, after))
        return after
      }),
  )
}
