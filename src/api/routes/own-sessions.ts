import cookie from '@fastify/cookie'
import { z } from 'zod'

import {
  NotSignedInError,
  SessionNotFoundError,
  type Caller,
  type CallerSession,
} from '../../access/index.js'
import { auditElsewhere } from '../audit-account.js'
import { dropRefreshToken, originOf } from '../refresh-cookie.js'
import { problems, type Routes } from '../route.js'
import { Password } from '../schemas/user.js'

const Session = z.object({
  id: z.string(),
  tenantId: z.string(),
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: z.date(),
  usedAt: z.date().describe('When it was refreshed last.'),
  expiresAt: z.date().describe('When it ends if nobody refreshes it.'),
  isCurrent: z.boolean().describe('Whether it is the one that asks.'),
})

/** What somebody who has signed in does about their own ways in. */
export const ownSessions: Routes = async (api, { services: { people }, changes }) => {
  const tags = ['auth']
  await api.register(cookie)

  api.get(
    '/auth/sessions',
    {
      config: { may: 'anyone' },
      schema: {
        tags,
        summary: 'List your sessions, the one used last first',
        response: { 200: z.object({ items: z.array(Session) }), ...problems },
      },
    },
    async ({ caller }) => {
      const { id, userId } = sessionOf(caller)
      const sessions = await people.sessions.list(userId)
      return { items: sessions.map((session) => ({ ...session, isCurrent: session.id === id })) }
    },
  )

  api.delete(
    '/auth/sessions/:id',
    {
      config: { may: 'anyone' },
      schema: {
        tags,
        summary: 'End one of your sessions',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async (inside, audit) => {
          const { id } = request.params
          if (!request.caller.session) throw new SessionNotFoundError(id)
          await inside.people.sessions.endOne(request.caller.session.userId, id)
          await audit({ action: 'session.end', object: `session:${id}`, before: null, after: null })
          return null
        },
        { status: 204 },
      ),
  )

  api.post(
    '/auth/sign-out-everywhere',
    {
      config: { may: 'anyone' },
      schema: { tags, summary: 'End all your sessions', response: { 204: z.null(), ...problems } },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async (inside, audit) => {
          const { userId } = sessionOf(request.caller)
          await inside.people.sessions.end({ userId })
          const what = { action: 'user.sign-out', object: `user:${userId}`, before: null, after: null }
          await audit(what)
          await auditElsewhere({ inside, audit, caller: request.caller }, userId, what)
          dropRefreshToken(reply)
          return null
        },
        { status: 204 },
      ),
  )

  api.post(
    '/auth/password',
    {
      config: { may: 'anyone', signsIn: true, tellsSecret: true },
      schema: {
        tags,
        summary: 'Change your password',
        description: 'Ends all your other sessions. A password has at least 12 characters.',
        body: z.strictObject({ oldPassword: Password, newPassword: Password }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      const session = sessionOf(request.caller)
      const proven = await people.ownPassword.prove(session.userId, request.body, originOf(request))
      return changes.make(
        request,
        reply,
        async (inside, audit) => {
          const { id, userId } = session
          await inside.people.ownPassword.change(proven, id)
          const object = `user:${userId}`
          const what = { action: 'user.change-password', object, before: null, after: null }
          await audit(what)
          await auditElsewhere({ inside, audit, caller: request.caller }, userId, what)
          return null
        },
        { status: 204 },
      )
    },
  )
}

function sessionOf({ session }: Caller): CallerSession {
  if (!session) throw new NotSignedInError()
  return session
}
