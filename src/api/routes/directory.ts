import { z } from 'zod'

import {
  createDriver,
  createEquipment,
  listCustomers,
  listDrivers,
  listEquipment,
  listLocations,
  NewDriver,
  NewEquipment,
  type Named,
  type Page,
} from '../../directory/index.js'
import type { Executor } from '../../database/index.js'
import { creationOf } from '../audited.js'
import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'

const Record = z.object({ id: z.string(), name: z.string(), createdAt: z.date() })
const EquipmentRecord = Record.extend({ type: z.string().describe('What kind it is: `reefer trailer`.') })

const ListQuery = PageQuery.extend({
  search: z.string().max(200).optional().describe('Only those whose name contains this.'),
})

export const directory: Routes = async (api, { services: { database }, changes }) => {
  const tags = ['directory']

  const list =
    <Item extends Named>(load: (db: Executor, tenantId: string, page: Page) => Promise<readonly Item[]>) =>
    ({ query, caller }: { query: z.output<typeof ListQuery>; caller: { tenantId: string } }) =>
      readPage(
        query,
        z.uuid(),
        (item: Item) => item.id,
        ({ limit, after }) =>
          load(database, caller.tenantId, {
            limit,
            ...(after !== undefined && { after }),
            ...(query.search !== undefined && { search: query.search }),
          }),
      )

  const listSchema = <Item extends z.ZodType>(summary: string, item: Item) => ({
    tags,
    summary,
    querystring: ListQuery,
    response: { 200: pageOf(item), ...problems },
  })

  api.get(
    '/customers',
    { config: { may: 'directory.read' }, schema: listSchema('List customers, newest first', Record) },
    list(listCustomers),
  )
  api.get(
    '/locations',
    { config: { may: 'directory.read' }, schema: listSchema('List locations, newest first', Record) },
    list(listLocations),
  )
  api.get(
    '/drivers',
    { config: { may: 'directory.read' }, schema: listSchema('List drivers, newest first', Record) },
    list(listDrivers),
  )
  api.get(
    '/equipment',
    {
      config: { may: 'directory.read' },
      schema: listSchema('List equipment, newest first', EquipmentRecord),
    },
    list(listEquipment),
  )

  api.post(
    '/drivers',
    {
      config: { may: 'directory.write' },
      schema: {
        tags,
        summary: 'Add a driver',
        body: NewDriver.meta({ examples: [{ name: 'Jo March' }] }),
        response: { 201: Record, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ database }, audit) => {
          const driver = await createDriver(database, request.caller.tenantId, request.body)
          await audit(creationOf('driver', driver))
          return driver
        },
        { status: 201 },
      ),
  )

  api.post(
    '/equipment',
    {
      config: { may: 'directory.write' },
      schema: {
        tags,
        summary: 'Add a piece of equipment',
        body: NewEquipment.meta({ examples: [{ name: 'Trailer 7', type: 'dry van' }] }),
        response: { 201: EquipmentRecord, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ database }, audit) => {
          const equipment = await createEquipment(database, request.caller.tenantId, request.body)
          await audit(creationOf('equipment', equipment))
          return equipment
        },
        { status: 201 },
      ),
  )
}
