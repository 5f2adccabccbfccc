import { z } from 'zod'

import type { Caller } from '../../access/index.js'
import type { Operator } from '../../queue/index.js'
import { refuseByHand } from '../by-hand.js'
import { changeJob, changeJobs } from '../job-acts.js'
import { PageQuery, pageOf } from '../page.js'
import { readJobs } from '../read-jobs.js'
import { bodyMayBeMissing, problems, type Routes } from '../route.js'
import { BulkAnswer, DeadFilter, toFilter } from '../schemas/job-filter.js'
import { Job } from '../schemas/job.js'
import { Data } from '../schemas/new-job.js'

const Id = z.object({ id: z.string() })

const Replay = z.strictObject({
  filter: z.strictObject(DeadFilter).describe('Of several jobs all that match now; an empty one means all.'),
  dryRun: z.boolean().default(false).describe('Only counts.'),
})

/** Jobs that failed for good, or were given up. */
export const deadLetters: Routes = async (
  api,
  {
    changes,
    services: {
      engine: { operator },
    },
  },
) => {
  const tags = ['jobs']
  const config = { may: 'jobs.control' } as const

  api.get(
    '/dead-letters',
    {
      config: { may: 'jobs.read' },
      schema: {
        tags,
        summary: 'List dead jobs, newest first',
        querystring: PageQuery.extend(DeadFilter),
        response: { 200: pageOf(Job), ...problems },
      },
    },
    ({ query: { limit, cursor, ...filter }, caller }) =>
      readJobs(operator, caller.tenantId, { limit, cursor }, { ...toFilter(filter), state: 'dead' }),
  )

  api.post(
    '/dead-letters/replay',
    {
      config,
      schema: {
        tags,
        summary: 'Replay all dead jobs that match',
        description: 'Another job does it, in batches; its result says how many.',
        body: Replay,
        response: { 202: BulkAnswer, ...problems },
      },
    },
    (request, reply) => {
      const { filter, dryRun } = request.body
      const dead = { ...toFilter(filter), state: 'dead' as const }
      return changeJobs(changes, request, reply, { action: 'retry', filter: dead, dryRun })
    },
  )

  api.patch(
    '/dead-letters/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Give a dead or cancelled job other data',
        description: 'It stays where it is until it is replayed.',
        params: Id,
        body: z.strictObject({ data: Data }),
        response: { 200: Job, ...problems },
      },
    },
    (request, reply) => {
      const { data } = request.body
      return changeJob(changes, request, reply, 'edit', async (on, caller, id) => {
        await refuseOther(on, caller, id, data)
        return on.edit(caller.tenantId, id, { payload: data })
      })
    },
  )

  api.post(
    '/dead-letters/:id/replay',
    {
      config,
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Replay a dead or cancelled job',
        description: 'It starts anew, with all its attempts; with other `data` if they are given.',
        params: Id,
        body: z.strictObject({ data: Data.optional() }),
        response: { 200: Job, ...problems },
      },
    },
    (request, reply) => {
      const { data } = request.body
      return changeJob(changes, request, reply, 'replay', async (on, caller, id) => {
        if (data !== undefined) await refuseOther(on, caller, id, data)
        return on.replay(caller.tenantId, id, { payload: data })
      })
    },
  )
}

/** Other data are asked for by hand, as those of a new job are; its own were not, or by somebody who might. */
async function refuseOther(on: Operator, caller: Caller, id: string, data: unknown): Promise<void> {
  const { name } = await on.get(caller.tenantId, id)
  const definition = on.registry.find(name)
  if (definition) refuseByHand(definition, data, caller)
}
