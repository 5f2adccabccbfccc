import { z } from 'zod'

import { DELIVERY_STATES, type ShownMail } from '../../notifications/index.js'
import { changeOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { DeliveryState, toMail, Mail } from '../schemas/delivery.js'
import { Text } from '../schemas/plain.js'

const Params = z.object({ id: z.uuid() })
const Counts = z.object({
  ...(Object.fromEntries(DELIVERY_STATES.map((state) => [state, z.int()])) as Record<
    DeliveryState,
    z.ZodInt
  >),
  atLeast: z
    .array(DeliveryState)
    .readonly()
    .describe('Which of the counts stopped at 10,000: there are more.'),
})

export const mails: Routes = async (api, { services, changes }) => {
  const tags = ['notifications']
  const config = { may: 'mails.read' } as const
  const manages = { may: 'mails.manage' } as const
  const response = { 200: Mail, ...problems }

  api.get(
    '/mails',
    {
      config,
      schema: {
        tags,
        summary: 'List mails, newest first',
        description:
          'Those that were sent, and those that could not be or are not yet. What was sent or has failed is kept for 90 days from then, what waits for a mail server for 180, what is in doubt until somebody decides.',
        querystring: PageQuery.extend({
          state: DeliveryState.optional(),
          recipient: Text.optional().describe(
            '`user:…`, or an address, in upper or lower case: of the mail (`to`, `cc`, `bcc`), of the user whom it is for, or where it was sent.',
          ),
        }),
        response: { 200: pageOf(Mail), ...problems },
      },
    },
    ({ query: { state, recipient, ...query }, caller: { tenantId } }) =>
      readPage(
        query,
        z.uuid(),
        ({ id }: z.input<typeof Mail>) => id,
        async (page) => (await services.mails.list({ tenantId, state, recipient, ...page })).map(toMail),
      ),
  )

  api.get(
    '/mails/counts',
    {
      config,
      schema: {
        tags,
        summary: 'Count mails by their state',
        response: { 200: Counts, ...problems },
      },
    },
    ({ caller }) => services.mails.count(caller.tenantId),
  )

  api.get(
    '/mails/:id',
    { config, schema: { tags, summary: 'Look at a mail', params: Params, response } },
    async ({ params: { id }, caller: { tenantId } }) => toMail(await services.mails.get({ tenantId, id })),
  )

  api.post(
    '/mails/:id/resend',
    {
      config: manages,
      schema: {
        tags,
        summary: 'Send a mail at once that is kept, put off, has failed or is in doubt',
        description: 'Under the same Message-ID. One that is in doubt may have arrived before.',
        params: Params,
        response,
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ mails }, audit) => {
        const { tenantId, actor } = request.caller
        const { before, after } = await mails.resend({ tenantId, id: request.params.id }, actor)
        await audit(stateChange('resend', before, after))
        return toMail(after)
      }),
  )

  api.post(
    '/mails/:id/settle',
    {
      config: manages,
      schema: {
        tags,
        summary: 'Say what became of a mail that is in doubt',
        description: 'One that is kept or put off can be given up: say that it has failed.',
        params: Params,
        body: z.strictObject({
          state: z
            .enum(['sent', 'failed'])
            .describe(
              '`sent`: the mail server took it; `failed`: it did not, and it shall not be sent again.',
            ),
        }),
        response,
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ mails }, audit) => {
        const place = { tenantId: request.caller.tenantId, id: request.params.id }
        const { before, after } = await mails.settle(place, request.body.state)
        await audit(stateChange('settle', before, after))
        return toMail(after)
      }),
  )
}

/** Of a mail the audit trail tells its state: what it says is told where it lies. */
function stateChange(verb: string, { id, state }: ShownMail, after: ShownMail) {
  return changeOf('mail', verb, { id, state } as { id: string }, { id, state: after.state })
}
