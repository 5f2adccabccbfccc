import { z } from 'zod'

import type { Caller } from '../../access/index.js'
import type { PauseTarget } from '../../queue/index.js'
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

const Pause = z.object({
  queue: z.string(),
  paused: z.boolean(),
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
        response: { 200: Pause, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ engine: { pauses } }, audit) => {
        const { params, body, caller } = request
        const target = targetOf(request)
        const why = { by: caller.actor, reason: body.reason ?? `paused by ${caller.actor}` }
        const { pause, isNew } = await pauses.pause(target, why)
        const { by, reason, at } = pause
        if (isNew)
          await audit({ action: 'queue.pause', object: `queue:${params.name}`, before: null, after: pause })
        return { queue: params.name, paused: true, by, reason, at }
      }),
  )

  api.post(
    '/queues/:name/resume',
    {
      config,
      schema: {
        tags,
        summary: 'Resume a queue',
        params: Name,
        querystring: Scope,
        response: { 200: Pause, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ engine: { pauses } }, audit) => {
        const { params, caller } = request
        const target = targetOf(request)
        await pauses.resume(target, { by: caller.actor })
        await audit({ action: 'queue.resume', object: `queue:${params.name}`, before: target, after: null })
        return { queue: params.name, paused: false, by: null, reason: null, at: null }
      }),
  )
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
