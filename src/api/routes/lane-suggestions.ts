import { z } from 'zod'

import { Acceptance, Rejection, SUGGESTION_STATUSES, type Suggestion } from '../../domain/freight/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { bodyMayBeMissing, problems, type Routes } from '../route.js'
import { DedicatedLane } from '../schemas/dedicated-lane.js'
import { LaneSuggestion, LaneSuggestionDetails } from '../schemas/lane-suggestion.js'

const Id = z.object({ id: z.string() })

export const laneSuggestions: Routes = async (api, { services: { freight }, changes }) => {
  const tags = ['lanes']

  api.get(
    '/lane-suggestions',
    {
      config: { may: 'lanes.read' },
      schema: {
        tags,
        summary: 'List lane suggestions, best first',
        querystring: PageQuery.extend({
          status: z.enum(SUGGESTION_STATUSES).default('pending'),
          customer: z.string().optional().describe('An id or a name.'),
        }),
        response: { 200: pageOf(LaneSuggestion), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (suggestion: Suggestion) => suggestion.id,
        ({ limit, after }) => freight.suggestions.list(caller.tenantId, { ...query, limit, after }),
      ),
  )

  api.get(
    '/lane-suggestions/:id',
    {
      config: { may: 'lanes.read' },
      schema: {
        tags,
        summary: 'Look at one suggestion, with its factors and the shipments behind it',
        params: Id,
        response: { 200: LaneSuggestionDetails, ...problems },
      },
    },
    ({ params, caller }) => freight.suggestions.get(caller.tenantId, params.id),
  )

  api.post(
    '/lane-suggestions/:id/accept',
    {
      config: { may: 'lanes.decide' },
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Turn a suggestion into a dedicated lane',
        description:
          'With a driver, and unless autoAssign is false, the next shipments of the lane are assigned by themselves.',
        params: Id,
        body: Acceptance,
        response: { 201: DedicatedLane, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ freight: { suggestions } }, audit) => {
          const { params, body, caller } = request
          const lane = await suggestions.accept(caller.tenantId, params.id, body, caller.actor)
          await audit({
            action: 'lane-suggestion.accept',
            object: `lane-suggestion:${params.id}`,
            before: null,
            after: { dedicatedLane: lane.id },
          })
          return lane
        },
        { status: 201 },
      ),
  )

  api.post(
    '/lane-suggestions/:id/reject',
    {
      config: { may: 'lanes.decide' },
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Turn a suggestion down',
        description: 'The lane is suggested again after 30 days at the earliest, and only on new evidence.',
        params: Id,
        body: Rejection,
        response: { 200: LaneSuggestion, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ freight: { suggestions } }, audit) => {
        const { params, body, caller } = request
        const before = await suggestions.get(caller.tenantId, params.id)
        const after = await suggestions.reject(caller.tenantId, params.id, body, caller.actor)
        const { status, decidedAt, decidedBy, reason } = after as unknown as Record<string, unknown>
        await audit({
          action: 'lane-suggestion.reject',
          object: `lane-suggestion:${params.id}`,
          before: { status: before.status },
          after: { status, decidedAt, decidedBy, reason },
        })
        return after
      }),
  )
}
