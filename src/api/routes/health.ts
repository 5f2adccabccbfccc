import { z } from 'zod'

import { isReachable } from '../../database/index.js'
import type { Routes } from '../route.js'

const Status = z.object({ status: z.literal('ok') })

/** For load balancers and orchestrators; no key needed. */
export const health: Routes = async (api, { services: { database } }) => {
  const tags = ['health']

  api.get(
    '/healthz',
    { schema: { tags, summary: 'The process is alive', security: [], response: { 200: Status } } },
    () => ({ status: 'ok' as const }),
  )

  api.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'It can serve: the database answers',
        security: [],
        response: { 200: Status, 503: z.object({ status: z.literal('database does not answer') }) },
      },
    },
    async (_, reply) => {
      if (await isReachable(database)) return { status: 'ok' as const }
      return reply.code(503).send({ status: 'database does not answer' as const })
    },
  )
}
