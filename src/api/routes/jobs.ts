import { z } from 'zod'

import {
  BULK_ACTIONS,
  JOB_STATES,
  REASONS,
  type JobFilter,
  type JobView,
  type LogLine,
  type Operator,
} from '../../queue/index.js'
import { changeOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { Job, JobProgress, statesOf, STATUSES, toJob, toProgress } from '../schemas/job.js'
import { Instant, Text } from '../schemas/plain.js'

const Id = z.object({ id: z.string() })

/** Which jobs are meant; everything given must hold. */
const Filter = {
  state: z.enum(JOB_STATES).optional(),
  name: Text.optional().describe('Of this definition.'),
  queue: Text.optional(),
  subject: Text.optional().describe('About this business object, `kind:id`.'),
  createdFrom: Instant.optional().describe('Created at this instant or later.'),
  createdUntil: Instant.optional().describe('Created before this instant.'),
}

/** A list's, in the words of other queues as well. */
const ListFilter = {
  ...Filter,
  status: z
    .enum([...STATUSES, ...JOB_STATES])
    .optional()
    .describe('Or `state`, which is finer.'),
  type: Text.optional().describe('The same as `name`; an alias will do.'),
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).max(200))
    .optional()
    .describe('Only these, with commas between.'),
}

function toFilter(
  { status, type, name = type, ...filter }: z.output<z.ZodObject<typeof ListFilter>>,
  { registry }: Pick<Operator, 'registry'>,
): JobFilter {
  const canonical = name === undefined ? {} : { name: registry.find(name)?.name ?? name }
  return { ...filter, ...canonical, ...(status !== undefined && { states: statesOf(status) }) }
}

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

const Bulk = z.strictObject({
  action: z.enum(BULK_ACTIONS),
  filter: z.strictObject(Filter).describe('Of several jobs all that match now; an empty one means all.'),
  to: Text.optional().describe('The queue to move to.'),
  reason: Text.optional().describe('Why they are cancelled.'),
  dryRun: z.boolean().default(false).describe('Only counts.'),
})

const BulkAnswer = z.object({
  count: z.number().int().describe('How many jobs match, as far as 10,000.'),
  isAtLeast: z.boolean().describe('Whether the count stopped at 10,000.'),
  jobId: z.string().nullable().describe('The job that does it, its result says how many; null in a dry run.'),
})

export const jobs: Routes = async (
  api,
  {
    services: {
      engine: { operator },
    },
    changes,
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
      readPage(
        { limit, cursor },
        z.uuid(),
        (job: { id: string }) => job.id,
        async (part) =>
          (await operator.list(caller.tenantId, { ...toFilter(filter, operator), ...part })).map(toJob),
      ),
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

  api.post(
    '/jobs/bulk-operations',
    {
      config: { may: 'jobs.control' },
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
      changes.make(
        request,
        reply,
        async ({ engine: { operator } }, audit) => {
          const { body, caller } = request
          const answer = await operator.bulk(caller.tenantId, { ...body, actor: caller.actor })
          if (answer.jobId !== null) {
            const { action, filter, to, reason } = body
            const object = `job:${answer.jobId}`
            await audit({
              action: `jobs.${body.action}`,
              object,
              before: null,
              after: { action, filter, to, reason, ...answer },
            })
          }
          return answer
        },
        { status: 202 },
      ),
  )

  api.post(
    '/jobs/:id/retry',
    {
      config: { may: 'jobs.control' },
      schema: {
        tags,
        summary: 'Run a dead, cancelled or scheduled job now',
        params: Id,
        response: { 200: Job, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ engine: { operator } }, audit) => {
        const { params, caller } = request
        const before = await operator.get(caller.tenantId, params.id)
        const after = await operator.retry(caller.tenantId, params.id)
        await audit(changeOf('job', 'retry', stateOf(before), stateOf(after)))
        return toJob(after)
      }),
  )

  api.delete(
    '/jobs/:id',
    {
      config: { may: 'jobs.control' },
      schema: {
        tags,
        summary: 'Cancel a job',
        description: 'One that has not started is cancelled at once; a running one is told to stop.',
        params: Id,
        response: { 200: Job, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ engine: { operator } }, audit) => {
        const { params, caller } = request
        const before = await operator.get(caller.tenantId, params.id)
        const after = await operator.cancel(caller.tenantId, params.id, `cancelled by ${caller.actor}`)
        await audit(changeOf('job', 'cancel', stateOf(before), stateOf(after)))
        return toJob(after)
      }),
  )
}

/** What people change of a job; its payload and result are not theirs. */
function stateOf({ id, state, runAt, attempt, cancelRequestedAt, error }: JobView) {
  return { id, state, runAt, attempt, cancelRequestedAt, error }
}
