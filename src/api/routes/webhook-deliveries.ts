import { z } from 'zod'

import { changeOf, creationOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { DeliveryState, toWebhookDelivery, WebhookDelivery } from '../schemas/delivery.js'

const Params = z.object({ id: z.uuid() })
const OneParams = Params.extend({ deliveryId: z.uuid() })

export const webhookDeliveries: Routes = async (api, { services, changes }) => {
  const tags = ['notifications']
  const config = { may: 'webhooks.manage' } as const

  api.post(
    '/webhooks/:id/test',
    {
      config,
      schema: {
        tags,
        summary: 'Send a webhook an event of the type `webhook.test`',
        params: Params,
        response: { 201: WebhookDelivery, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ webhooks }, audit) => {
          const { tenantId } = request.caller
          const delivery = toWebhookDelivery(
            await webhooks.deliveries.sendTest({ tenantId, id: request.params.id }),
          )
          await audit(creationOf('webhook-delivery', delivery))
          return delivery
        },
        { status: 201 },
      ),
  )

  api.get(
    '/webhooks/:id/deliveries',
    {
      config,
      schema: {
        tags,
        summary: 'List what a webhook was sent, newest first',
        description: 'Each is kept for 90 days after the last that became of it.',
        params: Params,
        querystring: PageQuery.extend({ state: DeliveryState.optional() }),
        response: { 200: pageOf(WebhookDelivery), ...problems },
      },
    },
    ({ query: { state, ...query }, params: { id }, caller: { tenantId } }) =>
      readPage(
        query,
        z.uuid(),
        ({ id }: z.input<typeof WebhookDelivery>) => id,
        async (page) =>
          (await services.webhooks.deliveries.list({ tenantId, id }, { state, ...page })).map(
            toWebhookDelivery,
          ),
      ),
  )

  api.post(
    '/webhooks/:id/deliveries/:deliveryId/redeliver',
    {
      config,
      schema: {
        tags,
        summary: 'Send something once more',
        description: 'Under the same id, so that a receiver that has it can tell.',
        params: OneParams,
        response: { 200: WebhookDelivery, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ webhooks }, audit) => {
        const { id, deliveryId } = request.params
        const place = { tenantId: request.caller.tenantId, id }
        const { before, after } = await webhooks.deliveries.redeliver(place, deliveryId)
        const [was, is] = [before, after].map(({ id, state }) => ({ id, state })) as [{ id: string }, object]
        await audit(changeOf('webhook-delivery', 'redeliver', was, is))
        return toWebhookDelivery(after)
      }),
  )
}
