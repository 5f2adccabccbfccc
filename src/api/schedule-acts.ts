import type { FastifyReply, FastifyRequest } from 'fastify'

import { getTenant, isAtLeast, type Caller } from '../access/index.js'
import { newId } from '../database/index.js'
import type { ScheduleView, Schedules } from '../queue/index.js'
import { changeOf, creationOf, removalOf } from './audited.js'
import { refuseByHand } from './by-hand.js'
import type { Changes } from './change.js'
import { definitionOf } from './enqueue.js'
import { toSchedule, type NewSchedule } from './schemas/schedule.js'
import type { Services } from './services.js'

type WithId = FastifyRequest & { params: { id: string } }

/** Those of the engine's own definitions only an owner changes. */
function schedulesFor({ engine }: Services, { role }: Caller): Schedules {
  return isAtLeast(role, 'owner') ? engine.schedules.asOwner : engine.schedules
}

export function addSchedule(
  changes: Changes,
  request: FastifyRequest,
  reply: FastifyReply,
  { type, name = newId(), data, ...settings }: NewSchedule,
) {
  const { tenantId, actor } = request.caller
  return changes.make(
    request,
    reply,
    async (inside, audit) => {
      const definition = definitionOf(inside.engine.operator, type)
      refuseByHand(definition, data, request.caller)
      const { name: jobName } = definition
      const zone = settings.cron === undefined ? {} : { timeZone: await zoneOf(inside, tenantId) }
      const wish = { jobName, name, payload: data, ...zone, ...settings }
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

/** Does one thing to the schedule that the path names, and writes it down. */
export function changeSchedule(
  changes: Changes,
  request: WithId,
  reply: FastifyReply,
  verb: string,
  act: (on: Schedules, caller: Caller, id: string) => Promise<ScheduleView>,
) {
  const { caller, params } = request
  return changes.make(request, reply, async (inside, audit) => {
    const on = schedulesFor(inside, caller)
    const before = await on.find(caller.tenantId, params.id)
    const after = await act(on, caller, before.id)
    await audit(changeOf('schedule', verb, before, after))
    return toSchedule(after)
  })
}

/** @returns the schedule as it was */
export function removeSchedule(changes: Changes, request: WithId, reply: FastifyReply) {
  const { caller, params } = request
  return changes.make(request, reply, async (inside, audit) => {
    const on = schedulesFor(inside, caller)
    const before = await on.find(caller.tenantId, params.id)
    await on.delete(caller.tenantId, before.id)
    await audit(removalOf('schedule', before))
    return toSchedule(before)
  })
}

interface Run {
  readonly jobId: string
  readonly scheduleId: string
}

/** Makes the job of a tick now. @param named an id, a name, or a definition that has one schedule */
export function runNow<Answer>(
  changes: Changes,
  request: FastifyRequest,
  reply: FastifyReply,
  { named, toAnswer, status = 200 }: { named: string; toAnswer(run: Run): Answer; status?: number },
): Promise<Answer> {
  const { caller } = request
  return changes.make(
    request,
    reply,
    async (inside, audit) => {
      const on = schedulesFor(inside, caller)
      const { id } = await on.find(caller.tenantId, named)
      const jobId = await on.runNow(caller.tenantId, id, caller.actor)
      await audit({ action: 'schedule.run', object: `schedule:${id}`, before: null, after: { jobId } })
      return toAnswer({ jobId, scheduleId: id })
    },
    { status },
  )
}
