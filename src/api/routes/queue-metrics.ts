import { z } from 'zod'

import { definitionOf } from '../enqueue.js'
import { problems, type Routes } from '../route.js'
import { Text } from '../schemas/plain.js'

const COUNTED = ['waiting', 'active', 'delayed', 'dead', 'completed', 'failed'] as const

const Metrics = z.object({
  name: z.string().describe("The queue's, or the definition's."),
  queue: z.string(),
  waiting: z.number().int().describe('Due, or waiting for other jobs or for room under a limit.'),
  active: z.number().int(),
  delayed: z.number().int(),
  dead: z.number().int(),
  completed: z.number().int().describe('In the last hour.'),
  failed: z.number().int().describe('For good, in the last hour.'),
  failedRate: z.number().describe('Of what ended in the last hour, in percent.'),
  atLeast: z.array(z.enum(COUNTED)).readonly().describe('Which of the counts are larger than was counted.'),
  paused: z.boolean(),
})

const Health = z.object({
  status: z.enum(['healthy', 'degraded']),
  queues: z.number().int(),
  totalJobs: z.number().int().describe('Open and dead ones, and those done in the last hour.'),
  metrics: z.array(Metrics).readonly(),
  reasons: z.array(z.string()).readonly().describe('What is wrong, in sentences.'),
})

export const queueMetrics: Routes = async (
  api,
  {
    services: {
      engine: { metrics, operator },
    },
  },
) => {
  const tags = ['queues']
  const config = { may: 'jobs.read' } as const

  api.get(
    '/jobs/queues/metrics',
    {
      config,
      schema: {
        tags,
        summary: 'How much stands in each queue, and how the last hour went',
        querystring: z.strictObject({
          type: Text.optional().describe('Of one definition instead: its name or alias.'),
        }),
        response: { 200: z.object({ items: z.array(Metrics) }), ...problems },
      },
    },
    async ({ query: { type }, caller }) => {
      if (type === undefined) return { items: [...(await metrics.byQueue(caller.tenantId))] }
      const { name } = definitionOf(operator, type)
      return { items: [...(await metrics.byDefinition(caller.tenantId, name))] }
    },
  )

  api.get(
    '/jobs/health/check',
    {
      config,
      schema: { tags, summary: 'Whether all is well', response: { 200: Health, ...problems } },
    },
    ({ caller }) => metrics.health(caller.tenantId),
  )
}
