import { z } from 'zod'

import { getTenant, updateTenant } from '../../access/index.js'
import { NAME_LENGTH, text } from '../../directory/index.js'
import { problems, type Routes } from '../route.js'

const Tenant = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string().describe('An IANA name. Schedules and pick-up days follow it.'),
})

const Changes = z.strictObject({ name: text(NAME_LENGTH), timeZone: z.string() }).partial()

export const tenant: Routes = async (api, { services: { database } }) => {
  const tags = ['tenant']

  api.get(
    '/tenant',
    { schema: { tags, summary: 'Look at your own tenant', response: { 200: Tenant, ...problems } } },
    ({ caller }) => getTenant(database, caller.tenantId),
  )

  api.patch(
    '/tenant',
    {
      schema: {
        tags,
        summary: 'Change its name or time zone',
        body: Changes,
        response: { 200: Tenant, ...problems },
      },
    },
    ({ body, caller }) => updateTenant(database, caller.tenantId, body),
  )
}
