import { describe, expect, test } from 'vitest'

import { newId } from '../../../database/index.js'
import { onEachDatabase } from '../../../database/testing/test-database.js'
import { createDriver } from '../../../directory/index.js'
import { aFreight, aShipment, daysAgo, NOW } from '../testing/freight-fixture.js'

onEachDatabase((database) => {
  describe('a shipment that comes in', () => {
    test('is kept with its names, moves and stops, and recorded', async () => {
      const f = await aFreight(database())
      const input = aShipment({ id: 'A-1', service: 'FTL', freightCharge: 12.5, attributes: { po: '7' } })
      const cause = { actor: 'api-key:1', correlationId: 'c-1' }
      const { shipment, created } = await f.freight.shipments.create(f.tenantId, input, cause)
      expect(created).toBe(true)
      expect(shipment).toMatchObject({
        id: 'A-1',
        status: 'New',
        customer: { name: 'Acme' },
        freightCharge: 12.5,
        currency: 'USD',
        shippedAt: new Date(NOW),
        attributes: { po: '7' },
        assignment: null,
        moves: [
          {
            status: 'New',
            stops: [
              { location: { name: 'Los Angeles' }, type: 'pickup', plannedArrival: new Date(NOW) },
              { location: { name: 'Dallas' }, type: 'delivery', plannedArrival: null, actualArrival: null },
            ],
          },
        ],
      })
      const { customer, origin, destination } = shipment
      const data = { customerId: customer.id, originId: origin.id, destinationId: destination.id }
      expect(f.events).toMatchObject([
        { ...cause, type: 'shipment.created', subject: 'shipment:A-1', data: { ...data, shipmentId: 'A-1' } },
      ])
    })

    test('and was delivered already is completed, which is no event of its own', async () => {
      const f = await aFreight(database())
      const input = aShipment({ shippedAt: daysAgo(3), deliveredAt: daysAgo(1) })
      const { shipment } = await f.freight.shipments.create(f.tenantId, input)
      expect(shipment).toMatchObject({ status: 'Completed', deliveredAt: new Date(daysAgo(1)) })
      expect(f.events.map(({ type }) => type)).toEqual(['shipment.created'])
    })

    test('with the same id is the same shipment: nothing is written, nothing recorded', async () => {
      const f = await aFreight(database())
      const first = await f.freight.shipments.create(f.tenantId, aShipment({ id: 'A' }))
      const again = await f.freight.shipments.create(f.tenantId, aShipment({ id: 'A', customer: 'New Inc' }))
      expect(again).toEqual({ created: false, shipment: first.shipment })
      expect(f.events).toHaveLength(1)
      expect(
        await database().query('SELECT FROM linehaul.customer WHERE tenant_id = $1', [f.tenantId]),
      ).toHaveLength(1)
    })

    test('twice at once is created once', async () => {
      const f = await aFreight(database())
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => f.freight.shipments.create(f.tenantId, aShipment({ id: 'A' }))),
      )
      expect(answers.filter(({ created }) => created)).toHaveLength(1)
      expect(f.events).toHaveLength(1)
    })

    test('may use the id of another tenant, which sees none of it', async () => {
      const [f, other] = [await aFreight(database()), await aFreight(database())]
      await f.freight.shipments.create(f.tenantId, aShipment({ id: 'A' }))
      const getting = other.freight.shipments.get(other.tenantId, 'A')
      await expect(getting).rejects.toMatchObject({ code: 'FREIGHT_SHIPMENT_NOT_FOUND' })
      const { created } = await other.freight.shipments.create(other.tenantId, aShipment({ id: 'A' }))
      expect(created).toBe(true)
    })

    test.each([
      ['customer', 'FREIGHT_UNKNOWN_CUSTOMER'],
      ['origin', 'FREIGHT_UNKNOWN_LOCATION'],
      ['destination', 'FREIGHT_UNKNOWN_LOCATION'],
    ])('is refused when the id of its %s is unknown', async (field, code) => {
      const f = await aFreight(database())
      const creating = f.freight.shipments.create(f.tenantId, aShipment({ [field]: newId() }))
      await expect(creating).rejects.toMatchObject({ code, field })
    })

    test('is refused when an id and a name mean the same place', async () => {
      const f = await aFreight(database())
      const { shipment } = await f.freight.shipments.create(f.tenantId, aShipment())
      const creating = f.freight.shipments.create(f.tenantId, aShipment({ origin: shipment.destination.id }))
      await expect(creating).rejects.toMatchObject({ code: 'FREIGHT_SAME_LOCATION' })
    })

    test('is not assigned by a lane once it is under way', async () => {
      const f = await aFreight(database())
      await f.ship([daysAgo(20), daysAgo(13), daysAgo(6), daysAgo(2)])
      await f.analyze()
      const [suggestion] = await f.freight.suggestions.list(f.tenantId, { limit: 1 })
      const driver = await createDriver(database(), f.tenantId, { name: 'Dana' })
      await f.freight.suggestions.accept(f.tenantId, String(suggestion?.id), { driver: driver.id })
      const moves = [
        {
          stops: [
            { location: 'Los Angeles', type: 'pickup', actualArrival: daysAgo(1) },
            { location: 'Dallas', type: 'delivery' },
          ],
        },
      ]
      const { shipment } = await f.freight.shipments.create(f.tenantId, aShipment({ moves }))
      expect(shipment).toMatchObject({ status: 'InTransit', assignment: null })
    })
  })

  describe('many at once', () => {
    test('are answered each, a repeated id as one shipment, a bad one alone refused', async () => {
      const f = await aFreight(database())
      const inputs = [
        aShipment({ id: 'A' }),
        aShipment({ id: 'B', customer: newId() }),
        aShipment({ id: 'A' }),
        aShipment({ id: 'C', customer: ' ACME ' }),
      ]
      const creations = await database().transaction((tx) =>
        f.freight.shipments.createMany(tx, f.tenantId, inputs),
      )
      expect(creations.map(({ kind }) => kind)).toEqual(['created', 'rejected', 'existing', 'created'])
      expect(await f.freight.shipments.list(f.tenantId, { limit: 9, customer: 'acme' })).toHaveLength(2)
    })
  })

  describe('an id that comes again in one batch', () => {
    test.each([
      [
        ['bad', 'good'],
        ['rejected', 'created'],
      ],
      [
        ['bad', 'bad', 'good', 'good'],
        ['rejected', 'rejected', 'created', 'existing'],
      ],
      [
        ['bad', 'bad'],
        ['rejected', 'rejected'],
      ],
    ])('%j is answered %j, and is one shipment at most', async (sent, kinds) => {
      const f = await aFreight(database())
      const inputs = sent.map((input) =>
        aShipment({ id: 'A', ...(input === 'bad' && { customer: newId() }) }),
      )
      const creations = await database().transaction((tx) =>
        f.freight.shipments.createMany(tx, f.tenantId, [...inputs, aShipment({ id: 'B' })]),
      )
      expect(creations.map(({ kind }) => kind)).toEqual([...kinds, 'created'])
      const created = kinds.includes('created') ? ['A', 'B'] : ['B']
      const shipments = await f.freight.shipments.list(f.tenantId, { limit: 9 })
      expect(shipments.map(({ id }) => id).sort()).toEqual(created)
      expect(f.events.map(({ subject }) => subject).sort()).toEqual(created.map((id) => `shipment:${id}`))
    })
  })

  describe('a list', () => {
    test('is newest first, page after page, by customer and status', async () => {
      const f = await aFreight(database())
      for (const id of ['A', 'B', 'C']) await f.freight.shipments.create(f.tenantId, aShipment({ id }))
      await f.freight.shipments.create(f.tenantId, aShipment({ id: 'D', customer: 'Other' }))
      await f.freight.shipments.changeStatus(f.tenantId, 'B', { status: 'Canceled' })
      const list = async (filter: object) => f.freight.shipments.list(f.tenantId, { limit: 2, ...filter })
      const [first, second] = await list({})
      expect([first?.id, second?.id]).toEqual(['D', 'C'])
      expect((await list({ after: second?.key })).map(({ id }) => id)).toEqual(['B', 'A'])
      expect((await list({ customer: 'acme', status: 'New' })).map(({ id }) => id)).toEqual(['C', 'A'])
      expect(await list({ customer: 'nobody' })).toEqual([])
    })
  })

  describe('a change of status', () => {
    test('takes moves and stops along, and is recorded', async () => {
      const f = await aFreight(database())
      await f.freight.shipments.create(f.tenantId, aShipment({ id: 'A', shippedAt: daysAgo(2) }))
      await f.freight.shipments.changeStatus(f.tenantId, 'A', { status: 'InTransit', at: daysAgo(1) })
      const done = await f.freight.shipments.changeStatus(
        f.tenantId,
        'A',
        { status: 'Completed' },
        { actor: 'user:ann' },
      )
      expect(done).toMatchObject({
        status: 'Completed',
        deliveredAt: new Date(NOW),
        moves: [
          {
            status: 'Completed',
            stops: [{ actualDeparture: new Date(daysAgo(1)) }, { actualArrival: new Date(NOW) }],
          },
        ],
      })
      expect(f.events.slice(1)).toMatchObject([
        { type: 'shipment.status-changed', data: { from: 'New', to: 'InTransit' } },
        { type: 'shipment.status-changed', data: { from: 'InTransit', to: 'Completed' }, actor: 'user:ann' },
        { type: 'shipment.completed', data: { shipmentId: 'A' }, actor: 'user:ann' },
      ])
    })

    test('that the table does not allow is refused, naming what it does', async () => {
      const f = await aFreight(database())
      await f.freight.shipments.create(f.tenantId, aShipment({ id: 'A' }))
      await f.freight.shipments.changeStatus(f.tenantId, 'A', { status: 'Canceled', reason: 'storm' })
      const reviving = f.freight.shipments.changeStatus(f.tenantId, 'A', { status: 'New' })
      await expect(reviving).rejects.toMatchObject({ code: 'FREIGHT_ILLEGAL_STATUS', allowed: [] })
      expect(await f.freight.shipments.get(f.tenantId, 'A')).toMatchObject({ cancelReason: 'storm' })
      const missing = f.freight.shipments.changeStatus(f.tenantId, 'B', { status: 'Canceled' })
      await expect(missing).rejects.toMatchObject({ code: 'FREIGHT_SHIPMENT_NOT_FOUND' })
    })

    test('by two at once happens one after the other', async () => {
      const f = await aFreight(database())
      await f.freight.shipments.create(f.tenantId, aShipment({ id: 'A' }))
      const both = await Promise.allSettled([
        f.freight.shipments.changeStatus(f.tenantId, 'A', { status: 'Completed' }),
        f.freight.shipments.changeStatus(f.tenantId, 'A', { status: 'Completed' }),
      ])
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    })
  })
})
