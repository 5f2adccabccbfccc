import { z } from 'zod'

import { TENANT_ROLES, type Provider } from '../../access/index.js'
import { NAME_LENGTH, text } from '../../directory/index.js'
import { changeOf, creationOf, removalOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'

const Role = z.enum(TENANT_ROLES)

/** Longest URL, audience and claim. */
const LENGTH = 500

const Settings = z.strictObject({
  name: text(NAME_LENGTH),
  issuer: text(LENGTH).describe('As its tokens say it in `iss`, to the letter.'),
  audience: text(LENGTH).describe(
    'What its tokens must have in `aud`; with the issuer it tells your tenant.',
  ),
  jwksUrl: text(LENGTH).describe('Where its public keys are.'),
  roleClaim: text(LENGTH)
    .nullable()
    .describe('Where in a token the roles are, with dots for what is nested: `realm_access.roles`.'),
  roles: z
    .record(text(NAME_LENGTH), Role)
    .refine((roles) => Object.keys(roles).length <= 100, 'must have at most 100 entries')
    .describe('What a value of the claim is here; of several the highest counts.'),
  defaultRole: Role.nullable().describe('For tokens with none of these; null: they are refused.'),
  businessUnitId: z.uuid().nullable().describe('Its people belong to this one; null: to the whole tenant.'),
})

const NewProvider = Settings.extend({
  roleClaim: Settings.shape.roleClaim.default(null),
  roles: Settings.shape.roles.default({}),
  defaultRole: Settings.shape.defaultRole.default(null),
  businessUnitId: Settings.shape.businessUnitId.default(null),
})

const IdentityProvider = z.object({
  id: z.string(),
  ...Settings.shape,
  createdAt: z.date(),
  createdBy: z.string(),
})

const Params = z.object({ id: z.uuid() })

export const identityProviders: Routes = async (api, { services, changes }) => {
  const tags = ['access']
  const config = { may: 'providers.manage' } as const
  const response = { 200: IdentityProvider, ...problems }

  api.get(
    '/identity-providers',
    {
      config,
      schema: {
        tags,
        summary: 'List identity providers, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(IdentityProvider), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (provider: Provider) => provider.id,
        (page) => services.providers.list(caller.tenantId, page),
      ),
  )

  api.post(
    '/identity-providers',
    {
      config,
      schema: {
        tags,
        summary: 'Trust an identity provider',
        description:
          'Tokens that it issues (OIDC, signed with a private key) let in members of your tenant by an e-mail that it has verified, and others with the role that it gives them. Its keys are fetched before it is taken. For owners of the instance.',
        body: NewProvider,
        response: { 201: IdentityProvider, ...problems },
      },
    },
    async (request, reply) => {
      await services.providers.checkKeys(request.body.jwksUrl)
      return changes.make(request, reply, async ({ providers }, audit) => {
        const provider = await providers.create(request.caller, request.body)
        await audit(creationOf('identity-provider', provider))
        void reply.code(201)
        return provider
      })
    },
  )

  api.get(
    '/identity-providers/:id',
    { config, schema: { tags, summary: 'Look at an identity provider', params: Params, response } },
    ({ params, caller }) => services.providers.get(caller.tenantId, params.id),
  )

  api.patch(
    '/identity-providers/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Change what an identity provider decides',
        description:
          'What is left out stays as it is. `roles` is replaced as a whole. Only owners of the instance change `issuer`, `audience` and `jwksUrl`.',
        params: Params,
        body: Settings.partial(),
        response,
      },
    },
    async (request, reply) => {
      const { params, body, caller } = request
      if (body.jwksUrl !== undefined) await services.providers.checkKeys(body.jwksUrl)
      return changes.make(request, reply, async ({ providers }, audit) => {
        const { before, after } = await providers.update(caller, params.id, body)
        await audit(changeOf('identity-provider', 'update', before, after))
        return after
      })
    },
  )

  api.delete(
    '/identity-providers/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Trust an identity provider no longer',
        description: 'Its tokens are worth nothing any more.',
        params: Params,
        response,
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ providers }, audit) => {
        const provider = await providers.remove(request.caller, request.params.id)
        await audit(removalOf('identity-provider', provider))
        return provider
      }),
  )
}
