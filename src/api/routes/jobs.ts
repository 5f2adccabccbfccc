import { z } from 'zod'

import { JOB_STATES, REASONS, type LogLine } from '../../queue/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { readJobs } from '../read-jobs.js'
import { problems, type Routes } from '../route.js'
import { ListFilter, toFilter } from '../schemas/job-filter.js'
import { Job, JobProgress, toJob, toProgress } from '../schemas/job.js'

const Id = z.object({ id: z.string() })

const Explanation = z.object({
  jobId: z.string(),
  state: z.enum(JOB_STATES),
  reason: z.enum(REASONS),
  sentence: z.string().describe('For people.'),
  details: z
    .record(z.string(), z.unknown())
    .describe('What the sentence says; which fields depends on the reason.'),
  estimatedStartAt: z
    .date()
    .nullable()
    .describe(
      'When it will probably start, from how fast its queue drains or its rate lets jobs in; null when nothing tells.',
    ),
})

const Line = z.object({
  seq: z.number().int(),
  attempt: z.number().int(),
  at: z.date(),
  level: z.string(),
  message: z.string(),
  data: z.unknown(),
})

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
      config: { may: 'jobs.read' },
      schema: {
        tags,
        summary: 'List jobs, newest first',
        querystring: PageQuery.extend(ListFilter),
        response: { 200: pageOf(Job), ...problems },
      },
    },
    ({ query: { limit, cursor, ...filter }, caller }) =>
      readJobs(operator, caller.tenantId, { limit, cursor }, toFilter(filter)),
  )

  api.get(
    '/jobs/:id',
    {
      config: { may: 'jobs.read' },
      schema: { tags, summary: 'Look at one job', params: Id, response: { 200: Job, ...problems } },
    },
    async ({ params, caller }) => toJob(await operator.get(caller.tenantId, params.id)),
  )

  api.get(
    '/jobs/:id/progress',
    {
      config: { may: 'jobs.read' },
      schema: { tags, summary: 'How far a job is', params: Id, response: { 200: JobProgress, ...problems } },
    },
    async ({ params, caller }) => toProgress(await operator.get(caller.tenantId, params.id)),
  )

  api.get(
    '/jobs/:id/logs',
    {
      config: { may: 'jobs.read' },
      schema: {
        tags,
        summary: 'What the attempts of a job logged, oldest first',
        params: Id,
        querystring: PageQuery,
        response: { 200: pageOf(Line), ...problems },
      },
    },
    ({ params, query, caller }) =>
      readPage(
        query,
        z.number(),
        (line: LogLine) => line.seq,
        ({ limit, after }) => operator.logs(caller.tenantId, params.id, { limit, after }),
      ),
  )

  api.get(
    '/jobs/:id/explain',
    {
      config: { may: 'jobs.read' },
      schema: {
        tags,
        summary: 'Why a job does not run, and when it will',
        params: Id,
        response: { 200: Explanation, ...problems },
      },
    },
    ({ params, caller }) => operator.explain(caller.tenantId, params.id),
  )
}
