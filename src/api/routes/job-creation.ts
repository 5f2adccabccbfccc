import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'

import { enqueue } from '../enqueue.js'
import { problems, type Routes } from '../route.js'
import { JobHead } from '../schemas/job.js'
import { NewJob, NewScheduledJob } from '../schemas/new-job.js'

const EXAMPLE = {
  type: 'pattern:analyze',
  data: { trigger: 'manual' },
  options: { priority: 1, attempts: 3 },
}

const ANSWERS = {
  200: JobHead.describe('There was such a job already, which has not started.'),
  201: JobHead,
  ...problems,
}

export const jobCreation: Routes = async (api, { changes }) => {
  const tags = ['jobs']
  const config = { may: 'jobs.create' } as const

  const create = async (
    request: FastifyRequest,
    reply: FastifyReply,
    wish: NewJob,
  ): Promise<z.input<typeof JobHead>> =>
    changes.enqueue(request, reply, async (services) => {
      const { job, isNew } = await enqueue(services, wish, request)
      void reply.code(isNew ? 201 : 200).header('location', `/api/v1/jobs/${job.id}`)
      return job
    })

  api.post(
    '/jobs',
    {
      config,
      schema: {
        tags,
        summary: 'Create a job',
        description:
          'It runs as soon as a worker is free, or, with `delay` or `runAt`, later. Where its definition wants each thing done once, one that is asked for again before it has started is the same job: 200.',
        body: NewJob.meta({ examples: [EXAMPLE] }),
        response: ANSWERS,
      },
    },
    (request, reply) => create(request, reply, request.body),
  )

  api.post(
    '/jobs/schedule',
    {
      config,
      schema: {
        tags,
        summary: 'Create a job for later',
        description: 'Needs either `delay`, in milliseconds or as `5m`, or `runAt`.',
        body: NewScheduledJob,
        response: ANSWERS,
      },
    },
    (request, reply) => {
      const { delay, runAt, options, ...job } = request.body
      return create(request, reply, { ...job, options: { ...options, delay, runAt } })
    },
  )
}
