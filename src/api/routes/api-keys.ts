import { z } from 'zod'

import { ACTIONS, ROLES, type ApiKey, type IssuedKey } from '../../access/index.js'
import { NAME_LENGTH, text } from '../../directory/index.js'
import { changeOf, creationOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { Instant, Text } from '../schemas/plain.js'

const Key = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  scopes: z.array(z.string()).readonly().nullable().describe('What it is for; null: all that its role may.'),
  businessUnitId: z.string().nullable(),
  createdAt: z.date(),
  createdBy: z.string().nullable().describe('Who made it; null for keys from before this was kept.'),
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable().describe('To the minute.'),
  revokedAt: z.date().nullable(),
})

const Issued = Key.extend({ secret: z.string().describe('The key itself, shown this once.') })

const NewKey = z.strictObject({
  name: text(NAME_LENGTH),
  role: z.enum(ROLES).describe('At most your own.'),
  scopes: z
    .array(z.enum(ACTIONS))
    .min(1)
    .max(ACTIONS.length)
    .nullable()
    .default(null)
    .describe('Only these actions; null: all that the role may.'),
  expiresAt: Instant.nullable().default(null).describe('null: it does not expire.'),
})

const Params = z.object({ id: z.uuid() })

export const apiKeys: Routes = async (api, { services, changes }) => {
  const tags = ['access']
  const may = 'keys.manage'

  api.get(
    '/api-keys',
    {
      config: { may },
      schema: {
        tags,
        summary: 'List API keys, the revoked ones too, newest first',
        querystring: PageQuery.extend({
          createdBy: Text.optional().describe('Only those that this actor made, such as `user:…`.'),
        }),
        response: { 200: pageOf(Key), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (key: ApiKey) => key.id,
        (page) => services.apiKeys.list(caller.tenantId, { ...page, createdBy: query.createdBy }),
      ),
  )

  api.post(
    '/api-keys',
    {
      config: { may, tellsSecret: true },
      schema: {
        tags,
        summary: 'Make an API key',
        description: 'It allows no more than the credential that makes it. Its secret is told this once.',
        body: NewKey.meta({ examples: [{ name: 'ci', role: 'manager', scopes: ['jobs.create'] }] }),
        response: { 201: Issued, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ apiKeys }, audit) => {
        const issued = await apiKeys.create(request.caller, request.body)
        await audit(creationOf('api-key', issued.key))
        void reply.code(201)
        return told(issued)
      }),
  )

  api.get(
    '/api-keys/:id',
    {
      config: { may },
      schema: {
        tags,
        summary: 'Look at an API key',
        params: Params,
        response: { 200: Key, ...problems },
      },
    },
    ({ params, caller }) => services.apiKeys.get(caller.tenantId, params.id),
  )

  api.delete(
    '/api-keys/:id',
    {
      config: { may },
      schema: {
        tags,
        summary: 'Revoke an API key',
        description:
          'It stops working at once and for good; it stays in the list, for the audit trail names it.',
        params: Params,
        response: { 200: Key, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ apiKeys }, audit) => {
        const { before, after } = await apiKeys.revoke(request.caller, request.params.id)
        await audit(changeOf('api-key', 'revoke', before, after))
        return after
      }),
  )

  api.post(
    '/api-keys/:id/rotate',
    {
      config: { may, tellsSecret: true },
      schema: {
        tags,
        summary: 'Give an API key a new secret',
        description: 'The old one stops working at once. The new one is told this once.',
        params: Params,
        response: { 200: Issued, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ apiKeys }, audit) => {
        const issued = await apiKeys.rotate(request.caller, request.params.id)
        // What changed is the secret, which is nothing to write down.
        await audit(changeOf('api-key', 'rotate', issued.key, issued.key))
        return told(issued)
      }),
  )
}

function told({ key, secret }: IssuedKey): ApiKey & { secret: string } {
  return { ...key, secret }
}
