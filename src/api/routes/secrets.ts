import { z } from 'zod'

import { Secret, type StoredSecret } from '../../access/index.js'
import { isStorable, NOT_STORABLE } from '../../directory/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'

const StoredSecretBody = z.object({
  name: z.string(),
  purpose: z.string().describe('What it is for, for people.'),
  updatedAt: z.date().describe('When its value was last set.'),
})

const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.:-]{0,99}$/,
    'must be 1 to 100 letters, digits and . _ : -, the first a letter or digit',
  )

const Params = z.object({ name: Name })

/** The token of a shop, the key of a carrier; what opens a door elsewhere. */
const NewSecret = z.strictObject({
  value: z.string().min(1).max(16_384),
  purpose: z.string().max(500).refine(isStorable, NOT_STORABLE).default(''),
})

/** A body as large as the longest value, each of its characters escaped. */
const BODY_LIMIT = 128 * 1024

export const secrets: Routes = async (api, { services, changes }) => {
  const tags = ['secrets']

  api.get(
    '/secrets',
    {
      config: { may: 'secrets.manage' },
      schema: {
        tags,
        summary: 'List the names of secrets, never their values',
        querystring: PageQuery,
        response: { 200: pageOf(StoredSecretBody), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        Name,
        ({ name }: StoredSecret) => name,
        (part) => services.secrets.list(caller.tenantId, part),
      ),
  )

  api.put(
    '/secrets/:name',
    {
      config: { may: 'secrets.manage', tellsSecret: true },
      bodyLimit: BODY_LIMIT,
      schema: {
        tags,
        summary: 'Store a secret, or give it another value',
        description: 'Encrypted under the key of the server. No answer, event or log ever holds its value.',
        params: Params,
        body: NewSecret.meta({ examples: [{ value: 'shpat_…', purpose: 'Reads the orders of the shop' }] }),
        response: { 200: StoredSecretBody, 201: StoredSecretBody, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async (inside, audit) => {
        const { name } = request.params
        const { value, purpose } = request.body
        const place = { tenantId: request.caller.tenantId, name }
        const { before, after } = await inside.secrets.put(place, { purpose, value: new Secret(value) })
        await audit({ action: 'secret.put', object: `secret:${name}`, before: before ?? null, after })
        if (!before) void reply.code(201)
        return after
      }),
  )

  api.delete(
    '/secrets/:name',
    {
      config: { may: 'secrets.manage' },
      schema: {
        tags,
        summary: 'Forget a secret',
        params: Params,
        response: { 200: StoredSecretBody, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async (inside, audit) => {
        const { name } = request.params
        const before = await inside.secrets.remove({ tenantId: request.caller.tenantId, name })
        await audit({ action: 'secret.delete', object: `secret:${name}`, before, after: null })
        return before
      }),
  )
}
