import { z } from 'zod'

import { text } from '../../directory/index.js'
import { EventPattern, type Webhook } from '../../notifications/index.js'
import { changeOf, creationOf, removalOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { EventTypes } from '../schemas/notification.js'

const Shown = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()).readonly(),
  description: z.string(),
  isEnabled: z.boolean(),
  disabledBecause: z
    .string()
    .nullable()
    .describe('Why it is not enabled any more, where that was not a person’s wish.'),
  formerSecretUntil: z
    .date()
    .nullable()
    .describe('Until when the secret before the current one signs as well.'),
  failingSince: z
    .date()
    .nullable()
    .describe('Since when nothing has arrived there; null once something has.'),
  lastSuccessAt: z.date().nullable(),
  createdAt: z.date(),
  createdBy: z.string(),
})

const Issued = Shown.extend({
  secret: z.string().describe('What deliveries are signed with; told this once.'),
})

const Settings = z.strictObject({
  url: text(500).describe(
    'Asked with POST: http or https, without user and password; of the public internet, unless the server allows others.',
  ),
  events: z
    .array(EventPattern)
    .min(1)
    .max(50)
    .describe(
      'Types of events as `GET /webhooks/event-types` lists them, or patterns such as `job.*` or `*`.',
    ),
  description: z.string().trim().max(200).default(''),
  isEnabled: z.boolean().default(true),
})

const Params = z.object({ id: z.uuid() })

export const webhooks: Routes = async (api, { services, changes }) => {
  const tags = ['notifications']
  const may = 'webhooks.manage'
  const config = { may } as const
  const response = { 200: Shown, ...problems }

  api.get(
    '/webhooks',
    {
      config,
      schema: {
        tags,
        summary: 'List webhooks, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(Shown), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        ({ id }: Webhook) => id,
        (page) => services.webhooks.list(caller.tenantId, page),
      ),
  )

  api.post(
    '/webhooks',
    {
      config: { may, tellsSecret: true },
      schema: {
        tags,
        summary: 'Have events sent to an address',
        description: 'Signed with the secret that is answered, this once.',
        body: Settings.meta({ examples: [{ url: 'https://example.com/linehaul', events: ['job.*'] }] }),
        response: { 201: Issued, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ webhooks }, audit) => {
          const issued = await webhooks.create(request.caller, request.body)
          await audit(creationOf('webhook', Shown.parse(issued)))
          return issued
        },
        { status: 201 },
      ),
  )

  api.get(
    '/webhooks/event-types',
    {
      config,
      schema: {
        tags,
        summary: 'List the types of events that a webhook can hear of',
        description: 'What people are told of, and what happens in the domains.',
        response: { 200: EventTypes, ...problems },
      },
    },
    () => ({ items: [...services.webhooks.eventTypes] }),
  )

  api.get(
    '/webhooks/:id',
    { config, schema: { tags, summary: 'Look at a webhook', params: Params, response } },
    ({ params: { id }, caller: { tenantId } }) => services.webhooks.get({ tenantId, id }),
  )

  api.patch(
    '/webhooks/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Change a webhook, disable it or enable it again',
        description:
          'What is left out stays as it is. One that is enabled again begins anew: its failures are forgotten.',
        params: Params,
        body: z.strictObject({
          url: Settings.shape.url.optional(),
          events: Settings.shape.events.optional(),
          description: z.string().trim().max(200).optional(),
          isEnabled: z.boolean().optional(),
        }),
        response,
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ webhooks }, audit) => {
        const place = { tenantId: request.caller.tenantId, id: request.params.id }
        const { before, after } = await webhooks.update(place, request.body)
        await audit(changeOf('webhook', 'update', before, after))
        return after
      }),
  )

  api.delete(
    '/webhooks/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Forget a webhook and its secret',
        description: 'What has not arrived by then does not any more.',
        params: Params,
        response,
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ webhooks }, audit) => {
        const gone = await webhooks.remove({ tenantId: request.caller.tenantId, id: request.params.id })
        await audit(removalOf('webhook', gone))
        return gone
      }),
  )

  api.post(
    '/webhooks/:id/rotate-secret',
    {
      config: { may, tellsSecret: true },
      schema: {
        tags,
        summary: 'Sign with another secret',
        description:
          'For 24 hours the secret before it signs as well, so that receivers can change without a gap.',
        params: Params,
        response: { 200: Issued, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ webhooks }, audit) => {
        const place = { tenantId: request.caller.tenantId, id: request.params.id }
        const { before, after } = await webhooks.rotate(place)
        await audit(changeOf('webhook', 'rotate-secret', before, Shown.parse(after)))
        return after
      }),
  )
}
