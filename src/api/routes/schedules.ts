import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import { getTenant, isAtLeast, type Caller } from '../../access/index.js'
import { newId } from '../../database/index.js'
import type { ScheduleView, Schedules } from '../../queue/index.js'
import { changeOf, creationOf, removalOf } from '../audited.js'
import { definitionOf } from '../enqueue.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Means, type Routes } from '../route.js'
import { Text } from '../schemas/plain.js'
import {
  NewSchedule,
  RecurringJob,
  Schedule,
  ScheduleChange,
  Tick,
  toSchedule,
} from '../schemas/schedule.js'
import type { Services } from '../services.js'

const Id = z.object({
  id: z.string().describe('`definition/schedule`, its / written %2F; or the name, where no other has it.'),
})

/** Those of the engine's own definitions only an owner changes. */
export function schedulesFor({ engine }: Pick<Services, 'engine'>, { role }: Caller): Schedules {
  return isAtLeast(role, 'owner') ? engine.schedules.asOwner : engine.schedules
}

export const schedules: Routes = async (api, means) => {
  const { services } = means
  const { schedules } = services.engine
  const tags = ['schedules']
  const reads = { may: 'schedules.read' } as const
  const manages = { may: 'schedules.manage' } as const
  const change = changer(means)

  api.get(
    '/schedules',
    {
      config: reads,
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
        z.string(),
        ({ id }: { id: string }) => id,
        async (part) => (await schedules.list(caller.tenantId, { jobName: type, paused, ...part })).map(toSchedule),
      ),
  )

  api.post(
    '/schedules',
    {
      config: manages,
      schema: {
        tags,
        summary: 'Add a schedule',
        description: 'Every job it makes gets the same `data`. The time zone is your tenant’s, unless you say another.',
        body: NewSchedule,
        response: { 201: Schedule, ...problems },
      },
    },
    (request, reply) => createSchedule(means, request, reply, request.body),
  )

  api.post(
    '/jobs/recurring',
    {
      config: manages,
      schema: {
        tags: ['jobs'],
        summary: 'Create a recurring job',
        description: 'Adds a schedule, under which it is changed, paused and removed: see there.',
        body: RecurringJob,
        response: { 201: Schedule, ...problems },
      },
    },
    (request, reply) => createSchedule(means, request, reply, request.body),
  )

  api.get(
    '/schedules/:id',
    {
      config: reads,
      schema: { tags, summary: 'Look at one schedule', params: Id, response: { 200: Schedule, ...problems } },
    },
    async ({ params, caller }) => toSchedule(await schedules.find(caller.tenantId, params.id)),
  )

  api.patch(
    '/schedules/:id',
    {
      config: manages,
      schema: {
        tags,
        summary: 'Change a schedule',
        description: 'What is left out stays. It outlives restarts and new versions of the code that declares it.',
        params: Id,
        body: ScheduleChange,
        response: { 200: Schedule, ...problems },
      },
    },
    (request, reply) =>
      change(request, reply, 'update', (on, { tenantId, actor }, id) =>
        on.update(tenantId, id, request.body, actor),
      ),
  )

  api.delete(
    '/schedules/:id',
    {
      config: manages,
      schema: {
        tags,
        summary: 'Remove a schedule that people made',
        description: 'What the code declares can only be paused. Jobs it has made are left alone.',
        params: Id,
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      await means.changes.make(
        request,
        reply,
        async (inside, audit) => {
          const on = schedulesFor(inside, request.caller)
          const { tenantId } = request.caller
          const before = await on.find(tenantId, request.params.id)
          await on.delete(tenantId, before.id)
          await audit(removalOf('schedule', before))
        },
        { status: 204 },
      )
      return null
    },
  )

  api.post(
    '/schedules/:id/pause',
    {
      config: manages,
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Pause a schedule',
        description: 'It makes no jobs until it is resumed. Those it has made run on.',
        params: Id,
        body: z.strictObject({ reason: Text.optional() }),
        response: { 200: Schedule, ...problems },
      },
    },
    (request, reply) =>
      change(request, reply, 'pause', (on, { tenantId, actor }, id) =>
        on.pause(tenantId, id, actor, request.body.reason ?? ''),
      ),
  )

  api.post(
    '/schedules/:id/resume',
    {
      config: manages,
      schema: {
        tags,
        summary: 'Resume a schedule',
        description: 'It goes on with the next tick; those of the pause are not made up for.',
        params: Id,
        response: { 200: Schedule, ...problems },
      },
    },
    (request, reply) =>
      change(request, reply, 'resume', (on, { tenantId, actor }, id) => on.resume(tenantId, id, actor)),
  )

  api.post(
    '/schedules/:id/run',
    {
      config: manages,
      schema: {
        tags,
        summary: 'Run a schedule now',
        description: 'Makes a job as a tick would, paused or not.',
        params: Id,
        response: { 202: z.object({ jobId: z.string(), scheduleId: z.string() }), ...problems },
      },
    },
    (request, reply) => runNow(means, request, reply, request.params.id, 202),
  )

  api.get(
    '/schedules/:id/preview',
    {
      config: reads,
      schema: {
        tags,
        summary: 'When a schedule ticks next',
        params: Id,
        querystring: z.strictObject({ count: z.coerce.number().int().min(1).max(1_000).default(10) }),
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
      config: reads,
      schema: {
        tags,
        summary: 'How the last ticks of a schedule went, newest first',
        params: Id,
        querystring: PageQuery.pick({ limit: true }),
        response: { 200: z.object({ items: z.array(Tick) }), ...problems },
      },
    },
    async ({ params, query, caller }) => {
      const { id } = await schedules.find(caller.tenantId, params.id)
      return { items: [...(await schedules.history(caller.tenantId, id, query.limit))] }
    },
  )
}

/** For bodies of which every field may be left out. */
async function bodyMayBeMissing(request: FastifyRequest): Promise<void> {
  request.body ??= {}
}

type Act = (on: Schedules, caller: Caller, id: string) => Promise<ScheduleView>

/** Does one thing to the schedule that the path names, and writes it down. */
function changer({ changes }: Means) {
  return (request: FastifyRequest, reply: FastifyReply, verb: string, act: Act) =>
    changes.make(request, reply, async (inside, audit) => {
      const on = schedulesFor(inside, request.caller)
      const before = await on.find(request.caller.tenantId, (request.params as { id: string }).id)
      const after = await act(on, request.caller, before.id)
      await audit(changeOf('schedule', verb, before, after))
      return toSchedule(after)
    })
}

/** Makes the job of a tick now. @param named an id, a name, or a definition that has one schedule */
export function runNow(
  { changes }: Means,
  request: FastifyRequest,
  reply: FastifyReply,
  named: string,
  status: number,
): Promise<{ jobId: string; scheduleId: string }> {
  const { caller } = request
  return changes.make(
    request,
    reply,
    async (inside, audit) => {
      const on = schedulesFor(inside, caller)
      const { id } = await on.find(caller.tenantId, named)
      const jobId = await on.runNow(caller.tenantId, id, caller.actor)
      await audit({ action: 'schedule.run', object: `schedule:${id}`, before: null, after: { jobId } })
      return { jobId, scheduleId: id }
    },
    { status },
  )
}

function createSchedule(
  { changes }: Means,
  request: FastifyRequest,
  reply: FastifyReply,
  { type, name = newId(), data, ...settings }: NewSchedule,
) {
  const { tenantId, actor } = request.caller
  return changes.make(
    request,
    reply,
    async (inside, audit) => {
      const { name: jobName } = definitionOf(inside.engine.operator, type)
      const timing = settings.cron === undefined ? {} : { timeZone: await zoneOf(inside, tenantId) }
      const wish = { jobName, name, payload: data, ...timing, ...settings }
      const made = await inside.engine.schedules.create(tenantId, wish, actor)
      await audit(creationOf('schedule', made))
      return toSchedule(made)
    },
    { status: 201 },
  )
}

async function zoneOf({ database }: Services, tenantId: string): Promise<string> {
  return (await getTenant(database, tenantId)).timeZone
}
