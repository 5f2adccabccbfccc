import { z } from 'zod'

import { LANE_STATUSES, type DedicatedLane as Lane } from '../../domain/freight/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { DedicatedLane } from '../schemas/dedicated-lane.js'

export const dedicatedLanes: Routes = async (api, { services: { freight } }) => {
  api.get(
    '/dedicated-lanes',
    {
      schema: {
        tags: ['lanes'],
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
}
