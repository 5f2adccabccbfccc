import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import type { Caller } from '../../access/index.js'
import { ALERT_KINDS, type AlertView } from '../../queue/index.js'
import type { Changes } from '../change.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { ThresholdChanges, ThresholdsView } from '../schemas/alert-thresholds.js'
import { Text } from '../schemas/plain.js'
import type { Services } from '../services.js'

const Alert = z.object({
  id: z.string(),
  queue: z.string(),
  kind: z.enum(ALERT_KINDS),
  value: z.number().describe('What was measured when it was raised: per cent, jobs or minutes.'),
  threshold: z.number().describe('From which value on it is raised.'),
  message: z.string().describe('The same for people.'),
  raisedAt: z.date(),
  clearedAt: z.date().nullable().describe('Null: it is open.'),
})

const OneQueue = z.strictObject({ queue: Text })

export const alerts: Routes = async (api, { services: { engine }, changes }) => {
  api.get(
    '/alerts',
    {
      config: { may: 'alerts.read' },
      schema: {
        tags: ['alerts'],
        summary: 'What is, or was, wrong with queues, the last raised first',
        querystring: PageQuery.extend({
          state: z.enum(['open', 'past']).optional().describe('Only these. Default: both.'),
          queue: Text.optional().describe('Only of this one.'),
        }),
        response: { 200: pageOf(Alert), ...problems },
      },
    },
    ({ query: { limit, cursor, ...filter }, caller }) =>
      readPage(
        { limit, cursor },
        z.uuid(),
        (alert: AlertView) => alert.id,
        (part) => engine.alerts.list(caller.tenantId, { ...filter, ...part }),
      ),
  )
  api.get(
    '/alert-thresholds',
    {
      config: { may: 'alerts.read' },
      schema: {
        tags: ['alerts'],
        summary: 'From when on alerts of each queue are raised',
        response: { 200: z.object({ items: z.array(ThresholdsView) }), ...problems },
      },
    },
    async ({ caller }) => ({ items: [...(await engine.alerts.thresholds(caller.tenantId))] }),
  )
  api.put(
    '/alert-thresholds/:queue',
    {
      config: { may: 'alerts.manage' },
      schema: {
        tags: ['alerts'],
        summary: 'Decide from when on alerts of a queue are raised',
        description: 'What is left out is as by default; null turns an alert off.',
        params: OneQueue,
        body: ThresholdChanges,
        response: { 200: ThresholdsView, ...problems },
      },
    },
    (request, reply) =>
      decide(changes, request, reply, 'set', (alerts, { tenantId, actor }, queue) =>
        alerts.setThresholds(tenantId, queue, { ...request.body, by: actor }),
      ),
  )
  api.delete(
    '/alert-thresholds/:queue',
    {
      config: { may: 'alerts.manage' },
      schema: {
        tags: ['alerts'],
        summary: 'Go back to the default thresholds of a queue',
        params: OneQueue,
        response: { 200: ThresholdsView, ...problems },
      },
    },
    (request, reply) =>
      decide(changes, request, reply, 'reset', (alerts, { tenantId }, queue) =>
        alerts.resetThresholds(tenantId, queue),
      ),
  )
}

type Alerts = Services['engine']['alerts']

/** Decides about the thresholds of the queue that the path names, and writes it down. */
function decide(
  changes: Changes,
  request: FastifyRequest & { params: { queue: string } },
  reply: FastifyReply,
  verb: 'set' | 'reset',
  act: (alerts: Alerts, caller: Caller, queue: string) => ReturnType<Alerts['thresholdsOf']>,
) {
  const { caller, params } = request
  return changes.make(request, reply, async ({ engine: { alerts } }, audit) => {
    const before = await alerts.thresholdsOf(caller.tenantId, params.queue)
    const after = await act(alerts, caller, params.queue)
    await audit({
      ...{ action: `alert-thresholds.${verb}`, object: `alert-thresholds:${params.queue}` },
      ...{ before: before.thresholds, after: after.thresholds },
    })
    return after
  })
}
