import { z } from 'zod'

import { LANE_STATUSES, type DedicatedLane as Lane } from '../../domain/freight/index.js'
import { changeOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { DedicatedLane } from '../schemas/dedicated-lane.js'

const Id = z.object({ id: z.string() })

export const dedicatedLanes: Routes = async (api, { services: { freight }, changes }) => {
  const tags = ['lanes']

  api.get(
    '/dedicated-lanes',
    {
      config: { may: 'lanes.read' },
      schema: {
        tags,
        summary: 'List dedicated lanes, newest first',
        querystring: PageQuery.extend({
          customer: z.string().optional().describe('An id or a name.'),
          status: z.enum(LANE_STATUSES).optional(),
        }),
        response: { 200: pageOf(DedicatedLane), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (lane: Lane) => lane.id,
        ({ limit, after }) => freight.lanes.list(caller.tenantId, { ...query, limit, after }),
      ),
  )

  api.get(
    '/dedicated-lanes/:id',
    {
      config: { may: 'lanes.read' },
      schema: {
        tags,
        summary: 'Look at one dedicated lane',
        params: Id,
        response: { 200: DedicatedLane, ...problems },
      },
    },
    ({ params, caller }) => freight.lanes.get(caller.tenantId, params.id),
  )

  api.patch(
    '/dedicated-lanes/:id',
    {
      config: { may: 'lanes.decide' },
      schema: {
        tags,
        summary: 'Switch a dedicated lane off, or on again',
        description:
          'An inactive one takes no more shipments, and its lane may be suggested anew. What it has assigned stays.',
        params: Id,
        body: z.strictObject({ status: z.enum(LANE_STATUSES) }),
        response: { 200: DedicatedLane, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ freight: { lanes } }, audit) => {
        const { params, body, caller } = request
        const before = await lanes.get(caller.tenantId, params.id)
        const after = await lanes.changeStatus(caller.tenantId, params.id, body.status)
        await audit(changeOf('dedicated-lane', 'change-status', before, after))
        return after
      }),
  )
}
