import { z } from 'zod'

import { ALERT_KINDS, type AlertView } from '../../queue/index.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { ThresholdChanges, ThresholdsView } from '../schemas/alert-thresholds.js'
import { Text } from '../schemas/plain.js'

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
      changes.make(request, reply, async (inside, audit) => {
        const { queue } = request.params
        const { tenantId, actor } = request.caller
        const before = await inside.engine.alerts.thresholdsOf(tenantId, queue)
        const after = await inside.engine.alerts.setThresholds(tenantId, queue, {
          ...request.body,
          by: actor,
        })
        const object = `alert-thresholds:${queue}`
        await audit({
          action: 'alert-thresholds.set',
          object,
          before: before.thresholds,
          after: after.thresholds,
        })
        return after
      }),
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
      changes.make(request, reply, async (inside, audit) => {
        const { queue } = request.params
        const { tenantId } = request.caller
        const before = await inside.engine.alerts.thresholdsOf(tenantId, queue)
        const after = await inside.engine.alerts.resetThresholds(tenantId, queue)
        const object = `alert-thresholds:${queue}`
        await audit({
          action: 'alert-thresholds.reset',
          object,
          before: before.thresholds,
          after: after.thresholds,
        })
        return after
      }),
  )
}
