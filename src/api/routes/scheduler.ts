import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import type { SchedulerControl } from '../../queue/index.js'
import type { Changes } from '../change.js'
import { PageQuery, readTicks } from '../page.js'
import { refuseNonOwner } from '../permit.js'
import { problems, type Routes } from '../route.js'
import { Scope } from '../schemas/plain.js'
import { Tick } from '../schemas/schedule.js'
import { Scheduler, Status, succeeded, success, toScheduler, toStatus } from '../schemas/scheduler.js'
import { runNow } from '../schedule-acts.js'

export const scheduler: Routes = async (
  api,
  {
    changes,
    services: {
      engine: { scheduler, schedules },
    },
  },
) => {
  const tags = ['scheduler']
  const reads = { may: 'schedules.read' } as const
  const controls = { may: 'scheduler.control' } as const
  const control = controller(changes)

  api.get(
    '/scheduler/status',
    {
      config: reads,
      schema: {
        tags,
        summary: 'Whether schedules run, and how each last went',
        response: { 200: success(Status), ...problems },
      },
    },
    async ({ caller }) => succeeded(toStatus(await scheduler.status(caller.tenantId))),
  )

  api.post(
    '/scheduler/start',
    {
      config: controls,
      schema: {
        tags,
        summary: 'Start the scheduler',
        description: 'Each schedule does with the ticks in between as its `missed` says.',
        querystring: Scope,
        response: { 200: success(Scheduler), ...problems },
      },
    },
    (request, reply) => control(request, reply, 'start', request.query.scope),
  )

  api.post(
    '/scheduler/stop',
    {
      config: controls,
      schema: {
        tags,
        summary: 'Stop the scheduler',
        description: 'No schedule of yours makes a job until it is started again. Jobs already made run on.',
        querystring: Scope,
        response: { 200: success(Scheduler), ...problems },
      },
    },
    (request, reply) => control(request, reply, 'stop', request.query.scope),
  )

  api.post(
    '/scheduler/trigger/:job',
    {
      config: controls,
      schema: {
        tags,
        summary: 'Run a schedule now, by its name or its job’s',
        params: z.object({ job: z.string().describe('A schedule, or a definition that has one.') }),
        response: { 200: success(z.object({ jobId: z.string(), scheduleId: z.string() })), ...problems },
      },
    },
    (request, reply) => runNow(changes, request, reply, { named: request.params.job, toAnswer: succeeded }),
  )

  api.get(
    '/scheduler/next-sync-times',
    {
      config: reads,
      schema: {
        tags,
        summary: 'When each schedule ticks next',
        response: { 200: success(z.record(z.string(), z.date().nullable())), ...problems },
      },
    },
    async ({ caller }) => {
      const all = await schedules.list(caller.tenantId)
      return succeeded(Object.fromEntries(all.map(({ id, nextAt }) => [id, nextAt])))
    },
  )

  api.get(
    '/scheduler/history',
    {
      config: reads,
      schema: {
        tags,
        summary: 'How the last ticks of all schedules went, newest first',
        querystring: PageQuery,
        response: { 200: success(z.array(Tick)).extend({ nextCursor: z.string().nullable() }), ...problems },
      },
    },
    async ({ query, caller }) => {
      const { items, nextCursor } = await readTicks(query, (part) => scheduler.history(caller.tenantId, part))
      return { ...succeeded(items), nextCursor }
    },
  )
}

/** Stops or starts a tenant's schedules, or those of all. */
function controller(changes: Changes) {
  return (request: FastifyRequest, reply: FastifyReply, verb: 'start' | 'stop', scope: 'tenant' | 'all') =>
    changes.make(request, reply, async ({ engine: { scheduler } }, audit) => {
      const { caller } = request
      if (scope === 'all') refuseNonOwner(caller)
      const { tenantId, actor } = caller
      const whose = scope === 'all' ? 'all' : { tenantId }
      const before = told(await scheduler.decided(whose))
      const standing = await scheduler[verb](whose, actor)
      const after = told(await scheduler.decided(whose))
      const object = `scheduler:${scope === 'all' ? 'all' : tenantId}`
      if (before.status !== after.status) await audit({ action: `scheduler.${verb}`, object, before, after })
      return succeeded(toScheduler(standing))
    })
}

/** What the audit trail tells of a decision. */
function told(control: SchedulerControl | undefined) {
  const { isStopped = false, at = null, by = null } = control ?? {}
  return { status: isStopped ? 'stopped' : 'running', at, by }
}
