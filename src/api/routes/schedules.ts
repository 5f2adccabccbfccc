import { z } from 'zod'

import { MOST_PREVIEWED } from '../../queue/index.js'
import { PageQuery, pageOf, readPage, readTicks } from '../page.js'
import { problems, type Routes } from '../route.js'
import { Text } from '../schemas/plain.js'
import { Schedule, ScheduleId, Tick, toSchedule } from '../schemas/schedule.js'

export const schedules: Routes = async (
  api,
  {
    services: {
      engine: { schedules },
    },
  },
) => {
  const tags = ['schedules']
  const config = { may: 'schedules.read' } as const

  api.get(
    '/schedules',
    {
      config,
      schema: {
        tags,
        summary: 'List schedules, by name',
        querystring: PageQuery.extend({
          type: Text.optional().describe('Of this definition.'),
          paused: z.stringbool().optional(),
        }),
        response: { 200: pageOf(Schedule), ...problems },
      },
    },
    ({ query: { limit, cursor, type, paused }, caller }) =>
      readPage(
        { limit, cursor },
        Text,
        ({ id }: { id: string }) => id,
        async (part) =>
          (await schedules.list(caller.tenantId, { jobName: type, paused, ...part })).map(toSchedule),
      ),
  )

  api.get(
    '/schedules/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Look at one schedule',
        params: ScheduleId,
        response: { 200: Schedule, ...problems },
      },
    },
    async ({ params, caller }) => toSchedule(await schedules.find(caller.tenantId, params.id)),
  )

  api.get(
    '/schedules/:id/preview',
    {
      config,
      schema: {
        tags,
        summary: 'When a schedule ticks next',
        params: ScheduleId,
        querystring: z.strictObject({
          count: z.coerce.number().int().min(1).max(MOST_PREVIEWED).default(10),
        }),
        response: { 200: z.object({ items: z.array(z.date()) }), ...problems },
      },
    },
    async ({ params, query, caller }) => {
      const { id } = await schedules.find(caller.tenantId, params.id)
      return { items: [...(await schedules.preview(caller.tenantId, id, query.count))] }
    },
  )

  api.get(
    '/schedules/:id/history',
    {
      config,
      schema: {
        tags,
        summary: 'How the last ticks of a schedule went, newest first',
        params: ScheduleId,
        querystring: PageQuery,
        response: { 200: pageOf(Tick), ...problems },
      },
    },
    async ({ params, query, caller }) => {
      const { id } = await schedules.find(caller.tenantId, params.id)
      return readTicks(query, (part) => schedules.history(caller.tenantId, id, part))
    },
  )
}
