import { z } from 'zod'

import { findCustomer } from '../../directory/index.js'
import { analyzePatterns, PatternSettings } from '../../domain/freight/index.js'
import { changeOf, jobCauseOf } from '../audited.js'
import { CustomerNotFoundError } from '../errors.js'
import { problems, type Routes } from '../route.js'

const PatternConfig = PatternSettings.extend({
  version: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .describe('Counts what has changed for the tenant; 0 while nothing has.'),
})

export const patterns: Routes = async (api, { services: { freight }, changes }) => {
  const tags = ['lanes']

  api.get(
    '/pattern-config',
    {
      config: { may: 'lanes.read' },
      schema: { tags, summary: 'How lanes are found', response: { 200: PatternConfig, ...problems } },
    },
    ({ caller }) => freight.patternConfigs.get(caller.tenantId),
  )

  api.put(
    '/pattern-config',
    {
      config: { may: 'patterns.configure' },
      schema: {
        tags,
        summary: 'Set how lanes are found',
        description:
          'All seven settings, with the `version` you read: 409 if anything has changed meanwhile. Makes a rule for each that differs.',
        body: PatternConfig,
        response: { 200: PatternConfig, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ freight: { patternConfigs } }, audit) => {
        const { tenantId } = request.caller
        const { version, ...settings } = request.body
        const before = await patternConfigs.get(tenantId)
        const after = await patternConfigs.put(request.caller, settings, version)
        await audit(
          changeOf('pattern-config', 'update', { ...before, id: tenantId }, { ...after, id: tenantId }),
        )
        return after
      }),
  )

  api.post(
    '/customers/:id/pattern-analysis',
    {
      config: { may: 'jobs.create' },
      schema: {
        tags,
        summary: 'Look for lanes of one customer now',
        description:
          'Takes the place of an analysis of that customer that was already put off. The answer names the job.',
        params: z.object({ id: z.string().describe('An id or a name.') }),
        response: { 202: z.object({ jobId: z.string() }), ...problems },
      },
    },
    (request, reply) =>
      changes.enqueue(
        request,
        reply,
        async ({ engine, database }) => {
          const { tenantId } = request.caller
          const customer = await findCustomer(database, tenantId, request.params.id)
          if (!customer) throw new CustomerNotFoundError(request.params.id)
          const job = await engine.enqueue(
            analyzePatterns,
            { customerId: customer.id, trigger: 'manual' },
            { ...jobCauseOf(request), onClash: 'replace' },
          )
          void reply.header('location', `/api/v1/jobs/${job.id}`)
          return { jobId: job.id }
        },
        { status: 202 },
      ),
  )
}
