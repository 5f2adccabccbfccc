import { z } from 'zod'

import { EVERYTHING, readLastNumbers, replay } from '../../events/index.js'
import { NotYourStreamError } from '../errors.js'
import { maySee, ownStreams, TENANT_STREAM } from '../live/index.js'
import { problems, type Routes } from '../route.js'

const Query = z.strictObject({
  stream: z.string().max(200).default(TENANT_STREAM).describe('`tenant`, or your own, `user:<id>`.'),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'Only greater numbers: `reached` of the answer before. Left out, it answers with where to begin.',
    ),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most events to look at.'),
})

const Event = z.object({
  number: z.number().int().describe('Its number in the stream.'),
  type: z.string(),
  data: z.unknown(),
  at: z.date(),
})

const Events = z.object({
  stream: z.string(),
  events: z.array(Event).describe('Those that you may see; there may be fewer than were looked at.'),
  reached: z.number().int().describe('What to ask for next, as `after`.'),
  hasMore: z.boolean().describe('Whether there are more by now.'),
  isGap: z.boolean().describe('Some are not kept any more: look at how things stand.'),
})

/** Live events for those who have no socket. */
export const events: Routes = async (api, { services: { database } }) => {
  api.get(
    '/events',
    {
      config: { may: 'anyone' },
      schema: {
        tags: ['live'],
        summary: 'Look at live events after a number',
        description:
          'What sockets get at once, for those who ask now and then. Events are kept for a day. Sockets connect to /api/v1/live by Socket.IO over WebSocket, with the same credentials.',
        querystring: Query,
        response: { 200: Events, ...problems },
      },
    },
    async ({ caller, query: { stream, after, limit } }) => {
      const own = ownStreams(caller)
      if (!own.includes(stream)) throw new NotYourStreamError(stream, own)
      const { tenantId } = caller
      if (after === undefined) {
        const reached = (await readLastNumbers(database, tenantId, [stream], EVERYTHING)).get(stream) ?? 0
        return { stream, events: [], reached, hasMore: false, isGap: false }
      }
      const page = await replay(database, { tenantId, stream, after, limit, position: EVERYTHING })
      return { ...page, stream, events: page.events.filter((event) => maySee(caller, event)) }
    },
  )
}
