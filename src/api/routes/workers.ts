import { z } from 'zod'

import { problems, type Routes } from '../route.js'

const Worker = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number().int(),
  queues: z.array(z.string()).readonly(),
  concurrency: z.number().int().describe('Most jobs running at once.'),
  running: z.number().int().describe('Jobs that it has claimed, of all tenants.'),
  startedAt: z.date(),
  silentMs: z.number().describe('Since its last heartbeat.'),
  isLeader: z.boolean().describe('Whether it does what one process does for all.'),
  ticks: z.boolean().describe('Whether it makes the ticks of schedules.'),
})

export const workers: Routes = async (
  api,
  {
    services: {
      engine: { workers },
    },
  },
) => {
  api.get(
    '/workers',
    {
      config: { may: 'workers.read' },
      schema: {
        tags: ['workers'],
        summary: 'Which processes run jobs, and which of them leads',
        response: { 200: z.object({ items: z.array(Worker) }), ...problems },
      },
    },
    async () => ({ items: [...(await workers.list())] }),
  )
}
