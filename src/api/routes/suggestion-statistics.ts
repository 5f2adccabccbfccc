import { z } from 'zod'

import { MOST_DAYS } from '../../domain/freight/index.js'
import { problems, type Routes } from '../route.js'

const Count = z.number().int()
const Ms = Count.nullable()
const Day = z.iso.date()

const Statistics = z.object({
  from: Day,
  until: Day,
  timeZone: z.string().describe("The tenant's, in which its days begin."),
  days: z.array(
    z.object({
      day: Day,
      created: Count,
      accepted: Count,
      rejected: Count,
      expired: Count.describe('Nobody decided about them in time.'),
      withdrawn: Count.describe('They no longer qualified, or a dedicated lane took their shipments.'),
    }),
  ),
  customers: z
    .array(
      z.object({
        customer: z.object({ id: z.string(), name: z.string() }),
        accepted: Count,
        rejected: Count,
        expired: Count.describe('Withdrawn ones included.'),
        acceptanceRate: z
          .number()
          .nullable()
          .describe(
            'Accepted, of those that people decided about: 0 to 1; null when they decided about none.',
          ),
      }),
    )
    .describe(
      'Of suggestions that ended in the period; at most 100 customers, those with the most decisions first.',
    ),
  analyses: z
    .object({ runs: Count, meanMs: Ms, p50Ms: Ms, p95Ms: Ms, maxMs: Ms })
    .describe('Pattern analyses that ran to their end, and how long they took; null when there was none.'),
})

export const suggestionStatistics: Routes = async (api, { services: { freight } }) => {
  api.get(
    '/lane-suggestions/statistics',
    {
      config: { may: 'lanes.read' },
      schema: {
        tags: ['lanes'],
        summary: 'What became of lane suggestions, and how long analyses took',
        description: `Each day of the period, at most ${MOST_DAYS} of them. Analyses are kept for 400 days.`,
        querystring: z.strictObject({
          from: Day.optional().describe('The first day. Default: 29 days before the last one.'),
          until: Day.optional().describe('The last day. Default: today, where the tenant is.'),
        }),
        response: { 200: Statistics, ...problems },
      },
    },
    async ({ query, caller }) => {
      const { days, customers, ...rest } = await freight.suggestionFigures.read(caller.tenantId, query)
      return { ...rest, days: [...days], customers: [...customers] }
    },
  )
}
