import cookie from '@fastify/cookie'
import { z } from 'zod'

import { text } from '../../directory/index.js'
import { dropRefreshToken, keepRefreshToken, originOf, refreshTokenOf } from '../refresh-cookie.js'
import { problems, type Routes } from '../route.js'
import { Email, Password, SignedIn } from '../schemas/user.js'

const Credentials = z.strictObject({
  email: Email,
  password: Password,
  tenantId: text(63).optional().describe('Needed by whoever belongs to several tenants.'),
})

/** How people come in and go. What they do here is written down by the sessions themselves. */
export const auth: Routes = async (api, { services: { people } }) => {
  const tags = ['auth']
  await api.register(cookie)

  api.post(
    '/auth/sign-in',
    {
      config: { may: 'nobody', signsIn: true, tellsSecret: true },
      schema: {
        tags,
        summary: 'Sign in with e-mail and password',
        description:
          'The answer has a token for the next 15 minutes; a cookie, which only /auth sees, has one to refresh it with. After five wrong passwords an account is locked for 15 minutes, and so is an address after fifty.',
        body: Credentials.meta({ examples: [{ email: 'jo@example.com', password: '…' }] }),
        response: { 200: SignedIn, ...problems },
      },
    },
    async (request, reply) => {
      const signedIn = await people.signIn.signIn(request.body, originOf(request))
      keepRefreshToken(request, reply, signedIn)
      return signedIn
    },
  )

  api.post(
    '/auth/refresh',
    {
      config: { may: 'nobody', tellsSecret: true },
      schema: {
        tags,
        summary: 'Get the next access token, for the cookie of a sign-in',
        description:
          'The cookie is changed as well. One that was used before ends the session: somebody has a copy.',
        response: { 200: SignedIn, ...problems },
      },
    },
    async (request, reply) => {
      const signedIn = await people.sessions.refresh(refreshTokenOf(request), originOf(request))
      keepRefreshToken(request, reply, signedIn)
      return signedIn
    },
  )

  api.post(
    '/auth/sign-out',
    {
      config: { may: 'nobody', tellsSecret: true },
      schema: {
        tags,
        summary: 'End the session of the cookie, if there is one',
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      await people.sessions.signOut(refreshTokenOf(request), originOf(request))
      dropRefreshToken(reply)
      void reply.code(204)
      return null
    },
  )
}
