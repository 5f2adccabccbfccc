import { z } from 'zod'

import { isAtLeast } from '../../access/index.js'
import { problems, type Routes } from '../route.js'

const Worker = z.object({
  id: z.string(),
  host: z.string().optional().describe('For owners only.'),
  pid: z.number().int().optional().describe('For owners only.'),
  queues: z.array(z.string()).readonly(),
  concurrency: z.number().int().describe('Most jobs running at once.'),
  running: z.number().int().describe('Jobs of yours that it has claimed; for owners, those of all tenants.'),
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
    async ({ caller: { role, tenantId } }) => {
      if (isAtLeast(role, 'owner')) return { items: [...(await workers.list())] }
      const items = await workers.list({ tenantId })
      return { items: items.map(({ host: _host, pid: _pid, ...worker }) => worker) }
    },
  )
}
