import { z } from 'zod'

import { auditElsewhere } from '../audit-account.js'
import { problems, type Routes } from '../route.js'
import { OneTimePassword, Password } from '../schemas/user.js'

const ById = z.object({ id: z.uuid() })

/** What admins do about the ways in of others. */
export const userAccess: Routes = async (api, { services: { people }, changes }) => {
  const tags = ['users']

  api.post(
    '/users/:id/reset-password',
    {
      config: { may: 'users.manage', tellsSecret: true },
      schema: {
        tags,
        summary: 'Give a user a new password',
        description: 'Signs them out everywhere, and lets them try again if too many attempts had failed.',
        params: ById,
        body: z
          .strictObject({ password: Password.describe('Only for owners to choose; else one is drawn.') })
          .partial()
          .nullish(),
        response: { 200: z.object({ oneTimePassword: OneTimePassword }), ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { email } = await people.users.get(request.caller.tenantId, id)
      const drawn = await people.passwords.make(request.body?.password, email)
      return changes.make(request, reply, async (inside, audit) => {
        await inside.people.users.resetPassword(request.caller, id, drawn)
        const what = { action: 'user.reset-password', object: `user:${id}`, before: null, after: null }
        await audit(what)
        await auditElsewhere({ inside, audit, caller: request.caller }, id, what)
        return { oneTimePassword: drawn.oneTime }
      })
    },
  )

  api.delete(
    '/users/:id/sessions',
    {
      config: { may: 'users.manage' },
      schema: {
        tags,
        summary: 'Sign a user out of your tenant, everywhere',
        params: ById,
        response: { 204: z.null(), ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async (inside, audit) => {
          const { id } = request.params
          await inside.people.users.endSessions(request.caller, id)
          await audit({ action: 'user.sign-out', object: `user:${id}`, before: null, after: null })
          return null
        },
        { status: 204 },
      ),
  )
}
