import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'

import type { Services } from '../services.js'

const Alive = z.object({ status: z.literal('ok') })

const standing = z.enum(['ok', 'failing', 'unknown'])

const Ready = z.object({
  status: z.enum(['ok', 'degraded', 'not ready']),
  checks: z.object({
    database: standing.describe('It answers.'),
    migrations: standing.describe('Every step of the schema that this version knows is applied.'),
    leader: standing.describe('A process leads: what is due comes into line, and lost jobs are found.'),
    oldestWaiting: standing.describe('No queue has an open alert that a job waits too long.'),
  }),
})

/** What health is told of. */
export interface Examined {
  readonly services: { readonly instance: Pick<Services['instance'], 'readiness'> }
}

/** For load balancers and orchestrators; no key needed. Whoever asks is told which check fails, and nothing of why. */
export const health: FastifyPluginAsyncZod<Examined> = async (api, { services: { instance } }) => {
  const tags = ['health']

  api.get(
    '/healthz',
    { schema: { tags, summary: 'The process is alive', security: [], response: { 200: Alive } } },
    () => ({ status: 'ok' as const }),
  )

  api.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'It can serve: the database answers and has the schema of this version',
        description:
          '`degraded` is a 200: requests are served, though nobody leads or jobs wait too long, which another process would not mend.',
        security: [],
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_, reply) => {
      const readiness = await instance.readiness()
      return reply.code(readiness.status === 'not ready' ? 503 : 200).send(readiness)
    },
  )
}
