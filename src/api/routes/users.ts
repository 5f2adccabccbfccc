import { z } from 'zod'

import type { User as UserRecord } from '../../access/index.js'
import { accountChangeOf, auditElsewhere } from '../audit-account.js'
import { changeOf, creationOf, removalOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { AddedUser, ChangedUser, NewUser, User, UserChanges } from '../schemas/user.js'

const ById = z.object({ id: z.uuid() })

export const users: Routes = async (api, { services: { people }, changes }) => {
  const tags = ['users']

  api.get(
    '/users',
    {
      config: { may: 'users.read' },
      schema: {
        tags,
        summary: 'List the users of your tenant, newest first',
        querystring: PageQuery.extend({
          search: z.string().max(200).optional().describe('Only those whose name or e-mail contains this.'),
        }),
        response: { 200: pageOf(User), ...problems },
      },
    },
    ({ query: { search, ...query }, caller }) =>
      readPage(
        query,
        z.uuid(),
        (user: UserRecord) => user.id,
        (part) => people.users.list(caller.tenantId, { ...part, search }),
      ),
  )

  api.get(
    '/users/:id',
    {
      config: { may: 'users.read' },
      schema: { tags, summary: 'Look at a user', params: ById, response: { 200: User, ...problems } },
    },
    ({ params, caller }) => people.users.get(caller.tenantId, params.id),
  )

  api.post(
    '/users',
    {
      config: { may: 'users.manage', tellsSecret: true },
      schema: {
        tags,
        summary: 'Add a user',
        description:
          'A new account gets a one-time password. An account that is in another tenant already can be added by owners of the instance; unless it is an owner’s it gets a one-time password as well, and its sessions end.',
        body: NewUser.meta({ examples: [{ email: 'jo@example.com', name: 'Jo March', role: 'manager' }] }),
        response: { 201: AddedUser, ...problems },
      },
    },
    async (request, reply) => {
      const { password, ...user } = request.body
      const drawn = await people.passwords.make(password, user.email)
      return changes.make(
        request,
        reply,
        async (inside, audit) => {
          const { caller } = request
          const added = await inside.people.users.create(caller, user, drawn)
          await audit(creationOf('user', added.user))
          const reset = { action: 'user.reset-password', object: `user:${added.user.id}` }
          if (added.wasThere && added.oneTimePassword !== null)
            await auditElsewhere({ inside, audit, caller }, added.user.id, {
              ...reset,
              before: null,
              after: null,
            })
          return added
        },
        { status: 201 },
      )
    },
  )

  api.patch(
    '/users/:id',
    {
      config: { may: 'users.manage', tellsSecret: true },
      schema: {
        tags,
        summary: 'Change a user',
        description:
          'Whoever becomes an owner of the instance gets a one-time password, and their sessions end: an admin may know the password before.',
        params: ById,
        body: UserChanges.meta({ examples: [{ role: 'operator' }, { isDisabled: true }] }),
        response: { 200: ChangedUser, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async (inside, audit) => {
        const { caller, params, body } = request
        const { before, user, oneTimePassword } = await inside.people.users.change(caller, params.id, body)
        await audit(changeOf('user', 'update', before, user))
        const ofAccount = accountChangeOf(before, user)
        if (ofAccount) await auditElsewhere({ inside, audit, caller }, user.id, ofAccount)
        return { ...user, oneTimePassword }
      }),
  )

  api.delete(
    '/users/:id',
    {
      config: { may: 'users.manage' },
      schema: {
        tags,
        summary: 'Take a user out of your tenant',
        description: 'An account that then belongs to no tenant is deleted.',
        params: ById,
        response: { 204: z.null(), ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async (inside, audit) => {
          await audit(removalOf('user', await inside.people.users.remove(request.caller, request.params.id)))
          return null
        },
        { status: 204 },
      ),
  )
}
