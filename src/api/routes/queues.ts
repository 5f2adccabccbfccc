import { z } from 'zod'

import { problems, type Routes } from '../route.js'

const Queue = z.object({
  queue: z.string(),
  scheduled: z.number().int(),
  blocked: z.number().int().describe('Waiting for other jobs.'),
  held: z.number().int().describe('Due, but a limit is full or the definition is paused.'),
  waiting: z.number().int(),
  running: z.number().int(),
  dead: z.number().int(),
  atLeast: z
    .array(z.enum(['scheduled', 'blocked', 'held', 'waiting', 'running', 'dead']))
    .readonly()
    .describe('Which of the counts stopped at 10,000: there are at least that many.'),
  oldestWaitingAt: z.date().nullable().describe('Since when the job that waits longest could have run.'),
  paused: z
    .object({ by: z.string(), reason: z.string(), at: z.date() })
    .nullable()
    .describe('Who keeps the queue, or your part of it, from running, why and since when.'),
})

export const queues: Routes = async (
  api,
  {
    services: {
      engine: { operator },
    },
  },
) => {
  api.get(
    '/queues',
    {
      config: { may: 'jobs.read' },
      schema: {
        tags: ['jobs'],
        summary: 'Count open and dead jobs by queue, as far as 10,000 each',
        response: { 200: z.object({ items: z.array(Queue) }), ...problems },
      },
    },
    async ({ caller }) => ({ items: [...(await operator.queues(caller.tenantId))] }),
  )
}
