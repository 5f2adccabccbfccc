import { z } from 'zod'

import { listAudit, type RecordedEntry } from '../../access/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { Instant, Text } from '../schemas/plain.js'

const Entry = z.object({
  id: z.string(),
  at: z.date(),
  actor: z.string().describe('Who did it: `user:…`, `api-key:…`, `cli:local`, `system:start`.'),
  via: z
    .string()
    .nullable()
    .describe('Who says who that is, `identity-provider:…`; null where Linehaul itself does.'),
  action: z.string().describe('What was done, `object.verb`.'),
  object: z.string().describe('To what, `kind:id`.'),
  before: z.unknown().describe('What changed, as it was; null where nothing was.'),
  after: z.unknown().describe('What changed, as it is; null where nothing is any more.'),
  requestId: z.string().nullable(),
  address: z.string().nullable().describe("The caller's network address."),
})

export const audit: Routes = async (api, { services: { database } }) => {
  api.get(
    '/audit-entries',
    {
      config: { may: 'audit.read' },
      schema: {
        tags: ['access'],
        summary: 'Who did what, newest first',
        description: 'Only ever added to. A job is not among them: its own row says who created it.',
        querystring: PageQuery.extend({
          actor: Text.optional().describe('By this one, `kind:id`.'),
          action: Text.optional().describe('Only this, such as `schedule.pause`.'),
          object: Text.optional().describe('To this one, `kind:id`.'),
          from: Instant.optional().describe('At this instant or later.'),
          until: Instant.optional().describe('Before this instant.'),
        }),
        response: { 200: pageOf(Entry), ...problems },
      },
    },
    ({ query: { limit, cursor, ...filter }, caller }) =>
      readPage(
        { limit, cursor },
        z.uuid(),
        (entry: RecordedEntry) => entry.id,
        (part) => listAudit(database, caller.tenantId, { ...filter, ...part }),
      ),
  )
}
