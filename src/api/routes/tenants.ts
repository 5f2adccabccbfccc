import { z } from 'zod'

import { createTenant, listTenantPage, TENANT_ID, type Tenant as TenantRecord } from '../../access/index.js'
import { NAME_LENGTH, text } from '../../directory/index.js'
import { creationOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { Tenant } from './tenant.js'

const TenantId = z.string().regex(TENANT_ID, 'must be 1 to 63 small letters, digits and hyphens')

const NewTenant = z.strictObject({
  id: TenantId,
  name: text(NAME_LENGTH),
  timeZone: z.string().default('UTC').describe('An IANA name.'),
})

export const tenants: Routes = async (api, { services: { database }, changes }) => {
  const tags = ['tenant']

  api.get(
    '/tenants',
    {
      config: { may: 'tenants.manage' },
      schema: {
        tags,
        summary: 'List the tenants of the instance',
        querystring: PageQuery,
        response: { 200: pageOf(Tenant), ...problems },
      },
    },
    ({ query }) =>
      readPage(
        query,
        TenantId,
        (tenant: TenantRecord) => tenant.id,
        (part) => listTenantPage(database, part),
      ),
  )

  api.post(
    '/tenants',
    {
      config: { may: 'tenants.manage' },
      schema: {
        tags,
        summary: 'Take in a tenant',
        body: NewTenant.meta({ examples: [{ id: 'acme', name: 'ACME Corp', timeZone: 'America/Chicago' }] }),
        response: { 201: Tenant, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ database }, audit) => {
          const tenant = await createTenant(database, request.body)
          await audit(creationOf('tenant', tenant))
          return tenant
        },
        { status: 201 },
      ),
  )
}
