import { z } from 'zod'

import {
  createBusinessUnit,
  listBusinessUnits,
  lockBusinessUnit,
  removeBusinessUnit,
  renameBusinessUnit,
  type BusinessUnit,
} from '../../access/index.js'
import { NAME_LENGTH, text } from '../../directory/index.js'
import { changeOf, creationOf, removalOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'

const Unit = z.object({ id: z.string(), name: z.string(), createdAt: z.date() })
const Named = z.strictObject({ name: text(NAME_LENGTH) })
const ById = z.object({ id: z.uuid() })

export const businessUnits: Routes = async (api, { services: { database }, changes }) => {
  const tags = ['tenant']

  api.get(
    '/business-units',
    {
      config: { may: 'tenant.read' },
      schema: {
        tags,
        summary: 'List the business units of your tenant, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(Unit), ...problems },
      },
    },
    ({ query, caller }) =>
      readPage(
        query,
        z.uuid(),
        (unit: BusinessUnit) => unit.id,
        (part) => listBusinessUnits(database, caller.tenantId, part),
      ),
  )

  api.post(
    '/business-units',
    {
      config: { may: 'tenant.manage' },
      schema: {
        tags,
        summary: 'Add a business unit',
        body: Named.meta({ examples: [{ name: 'Branch Hamburg' }] }),
        response: { 201: Unit, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ database }, audit) => {
          const unit = await createBusinessUnit(database, request.caller.tenantId, request.body)
          await audit(creationOf('business-unit', unit))
          return unit
        },
        { status: 201 },
      ),
  )

  api.patch(
    '/business-units/:id',
    {
      config: { may: 'tenant.manage' },
      schema: {
        tags,
        summary: 'Rename a business unit',
        params: ById,
        body: Named,
        response: { 200: Unit, ...problems },
      },
    },
    (request, reply) =>
      changes.make(request, reply, async ({ database }, audit) => {
        const { tenantId } = request.caller
        const before = await lockBusinessUnit(database, tenantId, request.params.id)
        const after = await renameBusinessUnit(database, tenantId, before.id, request.body)
        await audit(changeOf('business-unit', 'update', before, after))
        return after
      }),
  )

  api.delete(
    '/business-units/:id',
    {
      config: { may: 'tenant.manage' },
      schema: {
        tags,
        summary: 'Remove a business unit to which nobody belongs',
        params: ById,
        response: { 204: z.null(), ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ database }, audit) => {
          const { tenantId } = request.caller
          const before = await lockBusinessUnit(database, tenantId, request.params.id)
          await removeBusinessUnit(database, tenantId, before.id)
          await audit(removalOf('business-unit', before))
          return null
        },
        { status: 204 },
      ),
  )
}
