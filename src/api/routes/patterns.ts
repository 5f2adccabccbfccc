import { z } from 'zod'

import { findCustomer } from '../../directory/index.js'
import { analyzePatterns, PatternSettings } from '../../domain/freight/index.js'
import { CustomerNotFoundError } from '../errors.js'
import { problems, type Routes } from '../route.js'

const PatternConfig = PatternSettings.extend({
  version: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .describe('Counts changes; 0 while nothing was changed.'),
})

export const patterns: Routes = async (api, { services: { database, engine, freight } }) => {
  const tags = ['lanes']

  api.get(
    '/pattern-config',
    { schema: { tags, summary: 'How lanes are found', response: { 200: PatternConfig, ...problems } } },
    ({ caller }) => freight.patternConfigs.get(caller.tenantId),
  )

  api.put(
    '/pattern-config',
    {
      schema: {
        tags,
        summary: 'Set how lanes are found',
        description:
          'All seven settings, with the `version` you read: 409 if somebody changed them meanwhile.',
        body: PatternConfig,
        response: { 200: PatternConfig, ...problems },
      },
    },
    ({ body, caller }) => {
      const { version, ...settings } = body
      return freight.patternConfigs.put(caller.tenantId, settings, version)
    },
  )

  api.post(
    '/customers/:id/pattern-analysis',
    {
      schema: {
        tags,
        summary: 'Look for lanes of one customer now',
        description:
          'Takes the place of an analysis of that customer that was already put off. The answer names the job.',
        params: z.object({ id: z.string().describe('An id or a name.') }),
        response: { 202: z.object({ jobId: z.string() }), ...problems },
      },
    },
    async ({ params, caller, id }, reply) => {
      const customer = await findCustomer(database, caller.tenantId, params.id)
      if (!customer) throw new CustomerNotFoundError(params.id)
      const job = await engine.enqueue(
        analyzePatterns,
        { customerId: customer.id, trigger: 'manual' },
        { tenantId: caller.tenantId, actor: caller.actor, correlationId: id, onClash: 'replace' },
      )
      return reply.code(202).header('location', `/api/v1/jobs/${job.id}`).send({ jobId: job.id })
    },
  )
}
