import { z } from 'zod'

import { JOB_STATES, type JobView } from '../../queue/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'

const Fault = z.object({ code: z.string(), message: z.string() })

const Job = z.object({
  id: z.string(),
  name: z.string().describe('The definition it is of, `domain.verb-noun`.'),
  queue: z.string(),
  state: z.enum(JOB_STATES),
  payload: z.unknown(),
  priority: z.number().int().describe('Lower runs first.'),
  createdAt: z.date(),
  runAt: z.date().describe('Not before this.'),
  claimedAt: z.date().nullable().describe('When its last attempt began.'),
  cancelRequestedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  attempt: z.number().int().describe('Attempts begun.'),
  maxAttempts: z.number().int(),
  losses: z.number().int().describe('How often its worker died while running it.'),
  actor: z.string().nullable().describe('Who or what caused it, `kind:id`.'),
  correlationId: z.string().nullable(),
  result: z.unknown(),
  error: Fault.nullable().describe('Why it is dead or cancelled.'),
  attempts: z
    .array(
      z.object({
        number: z.number().int(),
        startedAt: z.string(),
        workerId: z.string(),
        ended: z.string(),
        error: Fault.optional(),
      }),
    )
    .readonly()
    .describe('The last 20 attempts that ended, oldest first.'),
})

const Id = z.object({ id: z.string() })

export const jobs: Routes = async (
  api,
  {
    services: {
      engine: { operator },
    },
  },
) => {
  const tags = ['jobs']

  api.get(
    '/jobs',
    {
      schema: {
        tags,
        summary: 'List jobs, newest first',
        querystring: PageQuery.extend({
          state: z.enum(JOB_STATES).optional(),
          name: z.string().optional(),
          queue: z.string().optional(),
        }),
        response: { 200: pageOf(Job), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (job: JobView) => job.id,
        ({ limit, after }) => operator.list(caller.tenantId, { ...query, limit, after }),
      ),
  )

  api.get(
    '/jobs/:id',
    { schema: { tags, summary: 'Look at one job', params: Id, response: { 200: Job, ...problems } } },
    ({ params, caller }) => operator.get(caller.tenantId, params.id),
  )

  api.post(
    '/jobs/:id/retry',
    {
      schema: {
        tags,
        summary: 'Run a dead, cancelled or scheduled job now',
        params: Id,
        response: { 200: Job, ...problems },
      },
    },
    ({ params, caller }) => operator.retry(caller.tenantId, params.id),
  )

  api.delete(
    '/jobs/:id',
    {
      schema: {
        tags,
        summary: 'Cancel a job',
        description: 'One that has not started is cancelled at once; a running one is told to stop.',
        params: Id,
        response: { 200: Job, ...problems },
      },
    },
    ({ params, caller }) => operator.cancel(caller.tenantId, params.id, `cancelled by ${caller.actor}`),
  )
}
