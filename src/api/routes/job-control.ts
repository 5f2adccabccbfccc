import { z } from 'zod'

import { changeJob, changeJobs } from '../job-acts.js'
import { bodyMayBeMissing, problems, type Routes } from '../route.js'
import { Bulk, BulkAnswer, toFilter } from '../schemas/job-filter.js'
import { Job } from '../schemas/job.js'
import { Text } from '../schemas/plain.js'

const Id = z.object({ id: z.string() })

export const jobControl: Routes = async (api, { changes }) => {
  const tags = ['jobs']
  const config = { may: 'jobs.control' } as const

  api.post(
    '/jobs/bulk-operations',
    {
      config,
      schema: {
        tags,
        summary: 'Retry, cancel, delete or move all jobs that match',
        description:
          'A job does it, in batches. `retry` takes the dead unless the filter says another state; `delete` takes finished ones only; `move` those that have not started.',
        body: Bulk,
        response: { 202: BulkAnswer, ...problems },
      },
    },
    (request, reply) =>
      changeJobs(changes, request, reply, { ...request.body, filter: toFilter(request.body.filter) }),
  )

  api.post(
    '/jobs/:id/retry',
    {
      config,
      schema: {
        tags,
        summary: 'Run a dead, cancelled or scheduled job now',
        params: Id,
        response: { 200: Job, ...problems },
      },
    },
    (request, reply) =>
      changeJob(changes, request, reply, 'retry', (on, { tenantId }, id) => on.retry(tenantId, id)),
  )

  api.delete(
    '/jobs/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Cancel a job',
        description: 'One that has not started is cancelled at once; a running one is told to stop.',
        params: Id,
        response: { 200: Job, ...problems },
      },
    },
    (request, reply) =>
      changeJob(changes, request, reply, 'cancel', (on, { tenantId, actor }, id) =>
        on.cancel(tenantId, id, `cancelled by ${actor}`),
      ),
  )

  api.post(
    '/jobs/:id/dead-letter',
    {
      config: { may: 'jobs.bury' },
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Give a job up',
        description:
          'It is dead at once, whatever attempts it had left, and lies among the dead letters; one that runs is taken from its worker.',
        params: Id,
        body: z.strictObject({ reason: Text.optional() }),
        response: { 200: Job, ...problems },
      },
    },
    (request, reply) =>
      changeJob(changes, request, reply, 'bury', (on, { tenantId, actor }, id) =>
        on.bury(tenantId, id, request.body.reason ?? `given up by ${actor}`),
      ),
  )
}
