import { z } from 'zod'

import type { Caller } from '../../access/index.js'
import type { Pause, PauseTarget } from '../../queue/index.js'
import { refuseNonOwner } from '../permit.js'
import { bodyMayBeMissing, problems, type Routes } from '../route.js'
import { Scope, Text } from '../schemas/plain.js'

const Queue = z.object({
  queue: z.string(),
  scheduled: z.number().int(),
  blocked: z.number().int().describe('Waiting for other jobs.'),
  held: z.number().int().describe('Due, but a limit is full or the definition is paused.'),
  waiting: z.number().int(),
  running: z.number().int(),
  dead: z.number().int(),
  atLeast: z
    .array(z.enum(['scheduled', 'blocked', 'held', 'waiting', 'running', 'dead']))
    .readonly()
    .describe('Which of the counts stopped at 10,000: there are at least that many.'),
  oldestWaitingAt: z.date().nullable().describe('Since when the job that waits longest could have run.'),
  paused: z
    .object({ by: z.string(), reason: z.string(), at: z.date() })
    .nullable()
    .describe('Who keeps the queue, or your part of it, from running, why and since when.'),
})

const Name = z.object({ name: z.string() })

const PauseAnswer = z.object({
  queue: z.string(),
  paused: z.boolean().describe('Whether your jobs in it are kept from running, now.'),
  by: z.string().nullable().describe('Who paused it; who was first stays.'),
  reason: z.string().nullable(),
  at: z.date().nullable(),
})

export const queues: Routes = async (
  api,
  {
    changes,
    services: {
      engine: { operator },
    },
  },
) => {
  const tags = ['queues']
  const config = { may: 'queues.control' } as const

  api.get(
    '/queues',
    {
      config: { may: 'jobs.read' },
      schema: {
        tags,
        summary: 'Count open and dead jobs by queue, as far as 10,000 each',
        response: { 200: z.object({ items: z.array(Queue) }), ...problems },
      },
    },
    async ({ caller }) => ({ items: [...(await operator.queues(caller.tenantId))] }),
  )

  api.post(
    '/queues/:name/pause',
    {
      config,
      preValidation: bodyMayBeMissing,
      schema: {
        tags,
        summary: 'Pause a queue',
        description: 'None of your jobs in it begins until it is resumed; what runs already goes on.',
        params: Name,
        querystring: Scope,
        body: z.strictObject({ reason: Text.optional() }),
        response: { 200: PauseAnswer, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ engine: { pauses } }, audit) => {
        const { params, body, caller } = request
        const target = targetOf(request)
        const why = { by: caller.actor, reason: body.reason ?? `paused by ${caller.actor}` }
        const { pause, isNew } = await pauses.pause(target, why)
        if (isNew)
          await audit({ action: 'queue.pause', object: `queue:${params.name}`, before: null, after: pause })
        return toAnswer(params.name, pause)
      }),
  )

  api.post(
    '/queues/:name/resume',
    {
      config,
      schema: {
        tags,
        summary: 'Resume a queue',
        description:
          'The answer says who else keeps it paused, if anybody does: for all tenants, or all of yours.',
        params: Name,
        querystring: Scope,
        response: { 200: PauseAnswer, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ engine: { pauses } }, audit) => {
        const { params, caller } = request
        const before = await pauses.resume(targetOf(request), { by: caller.actor })
        await audit({ action: 'queue.resume', object: `queue:${params.name}`, before, after: null })
        return toAnswer(params.name, await pauses.of(params.name, caller.tenantId))
      }),
  )
}

function toAnswer(queue: string, pause: Pick<Pause, 'by' | 'reason' | 'at'> | undefined) {
  const { by = null, reason = null, at = null } = pause ?? {}
  return { queue, paused: pause !== undefined, by, reason, at }
}

/** A tenant's part of a queue, or, for an owner who says so, the queue of all. */
function targetOf({ params, query, caller }: Asked): PauseTarget {
  if (query.scope === 'tenant') return { queue: params.name, tenantId: caller.tenantId }
  refuseNonOwner(caller)
  return { queue: params.name }
}

interface Asked {
  readonly params: { name: string }
  readonly query: { scope: 'tenant' | 'all' }
  readonly caller: Caller
}
