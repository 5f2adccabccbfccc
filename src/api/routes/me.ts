import { z } from 'zod'

import { ACTIONS, getTenant, may, ROLES, userIdOf, type Caller } from '../../access/index.js'
import { problems, type Routes } from '../route.js'
import { Tenant } from './tenant.js'

const Me = z.object({
  actor: z.string().describe('As jobs and the audit trail name you.'),
  user: z
    .object({ id: z.string(), email: z.string(), name: z.string() })
    .nullable()
    .describe('Null for what is no person, such as an API key.'),
  tenant: Tenant,
  role: z.enum(ROLES),
  businessUnitId: z.string().nullable(),
  may: z.array(z.enum(ACTIONS)).describe('What your role and the scopes of your credential allow.'),
  mustChangePassword: z.boolean().describe('Until then nothing else can be done.'),
})

export const me: Routes = async (api, { services: { database, people } }) => {
  async function describe(caller: Caller): Promise<z.output<typeof Me>> {
    const { actor, role, businessUnitId, session } = caller
    const userId = userIdOf(caller)
    return {
      actor,
      user: userId === undefined ? null : await people.users.findAccount(userId),
      tenant: await getTenant(database, caller.tenantId),
      role,
      businessUnitId,
      may: ACTIONS.filter((action) => may(caller, action)),
      mustChangePassword: session?.mustChangePassword ?? false,
    }
  }

  api.get(
    '/me',
    {
      config: { may: 'anyone' },
      schema: {
        tags: ['auth'],
        summary: 'Look at who you are and what you may do',
        response: { 200: Me, ...problems },
      },
    },
    ({ caller }) => describe(caller),
  )
}
