import { z } from 'zod'

import { MOST_STEP_MINUTES } from '../../queue/index.js'
import { problems, type Routes } from '../route.js'
import { Filter, toNamed } from '../schemas/job-filter.js'
import { Instant, Text } from '../schemas/plain.js'

const Count = z.number().int()

const Step = z.object({
  at: z.date().describe('When the step begins: a whole multiple of its length, in UTC.'),
  enqueued: Count,
  done: Count,
  cancelled: Count.describe('In an attempt; not those that were cancelled before they ran.'),
  dead: Count,
  failed: Count.describe('Attempts that failed and are tried again.'),
  runMs: Count.describe('How long the attempts that ended ran, all together.'),
  maxRunMs: Count.describe('The longest of them.'),
  waitMs: Count.describe('How long they had waited since they were due, all together.'),
})

export const statistics: Routes = async (api, { services: { engine } }) => {
  api.get(
    '/statistics',
    {
      config: { may: 'jobs.read' },
      schema: {
        tags: ['jobs'],
        summary: 'What queues did over the last week, step by step',
        description:
          'Oldest first. A step in which nothing happened is left out: it is all zeros. At most 1,500 steps at once. Each process writes its figures down every 10 s.',
        querystring: z.strictObject({
          queue: Text.optional().describe('Only this one.'),
          name: Filter.name,
          type: Filter.type,
          from: Instant.optional().describe('At this instant or later. Default: an hour before `until`.'),
          until: Instant.optional().describe('Before this instant. Default: now.'),
          stepMinutes: z.coerce
            .number()
            .int()
            .min(1)
            .max(MOST_STEP_MINUTES)
            .default(1)
            .describe('How long a step is.'),
        }),
        response: { 200: z.object({ items: z.array(Step) }), ...problems },
      },
    },
    async ({ query, caller }) => ({
      items: [...(await engine.statistics.list(caller.tenantId, toNamed(query)))],
    }),
  )
}
