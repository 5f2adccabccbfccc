import { z } from 'zod'

import { getTenant, lockTenant, updateTenant } from '../../access/index.js'
import { NAME_LENGTH, text } from '../../directory/index.js'
import { changeOf } from '../audited.js'
import { problems, type Routes } from '../route.js'

export const Tenant = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string().describe('An IANA name. Schedules and pick-up days follow it.'),
})

const Changes = z.strictObject({ name: text(NAME_LENGTH), timeZone: z.string() }).partial()

export const tenant: Routes = async (api, { services: { database }, changes }) => {
  const tags = ['tenant']

  api.get(
    '/tenant',
    {
      config: { may: 'tenant.read' },
      schema: { tags, summary: 'Look at your own tenant', response: { 200: Tenant, ...problems } },
    },
    ({ caller }) => getTenant(database, caller.tenantId),
  )

  api.patch(
    '/tenant',
    {
      config: { may: 'tenant.manage' },
      schema: {
        tags,
        summary: 'Change its name or time zone',
        body: Changes,
        response: { 200: Tenant, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ database }, audit) => {
        const before = await lockTenant(database, request.caller.tenantId)
        const after = await updateTenant(database, before.id, request.body)
        await audit(changeOf('tenant', 'update', before, after))
        return after
      }),
  )
}
