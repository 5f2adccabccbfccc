import { AsyncResource } from 'node:async_hooks'

import { describe, expect, test } from 'vitest'

import { onEachDatabase } from '../../../database/testing/test-database.js'
import { createDriver, createEquipment } from '../../../directory/index.js'
import { aFreight, aShipment, daysAgo, type Fixture } from '../testing/freight-fixture.js'

const REGULAR = [daysAgo(20), daysAgo(13), daysAgo(6), daysAgo(2)]

onEachDatabase((database, kind) => {
  async function suggested(inputs: Record<string, unknown>[] = [{}]) {
    const f = await aFreight(database())
    for (const input of inputs) await f.ship(REGULAR, input)
    await f.analyze()
    const suggestions = await f.freight.suggestions.list(f.tenantId, { limit: 10 })
    return { ...f, suggestions, id: String(suggestions[0]?.id) }
  }

  const lanesOf = ({ freight, tenantId }: Fixture) => freight.lanes.list(tenantId, { limit: 10 })

  describe('suggestions', () => {
    test('are listed best first, page after page', async () => {
      const f = await suggested([{}, { customer: 'B' }, { customer: 'C', freightCharge: 9_000 }])
      const [best, second, third] = f.suggestions
      expect(f.suggestions.map(({ confidence }) => confidence)).toEqual([1, 0.9, 0.9])
      const page = await f.freight.suggestions.list(f.tenantId, { limit: 1, after: String(best?.id) })
      expect(page).toMatchObject([{ id: second?.id }])
      const rest = await f.freight.suggestions.list(f.tenantId, { limit: 5, after: String(second?.id) })
      expect(rest).toMatchObject([{ id: third?.id }])
      const ofB = await f.freight.suggestions.list(f.tenantId, { limit: 5, customer: 'b' })
      expect(ofB).toMatchObject([{ customer: { name: 'B' } }])
    })

    test('come with the shipments behind them, cancelled ones left out', async () => {
      const f = await suggested()
      const [cancelled] = await f.ship([daysAgo(1)])
      await f.freight.shipments.changeStatus(f.tenantId, String(cancelled), { status: 'Canceled' })
      const { shipments, shipmentCount } = await f.freight.suggestions.get(f.tenantId, f.id)
      expect(shipmentCount).toBe(4)
      expect(shipments.map(({ shippedAt }) => shippedAt.toISOString())).toEqual([...REGULAR].reverse())
    })

    test('that are rejected say by whom and why, and stay so', async () => {
      const f = await suggested()
      const rejected = await f.freight.suggestions.reject(f.tenantId, f.id, { reason: 'no' }, 'user:ann')
      expect(rejected).toMatchObject({ status: 'rejected', reason: 'no', decidedBy: 'user:ann' })
      const again = f.freight.suggestions.reject(f.tenantId, f.id)
      await expect(again).rejects.toMatchObject({ code: 'FREIGHT_SUGGESTION_DECIDED' })
    })
  })

  describe('a suggestion whose time is over', () => {
    test('is no longer listed as pending, before anybody has swept it up', async () => {
      const f = await suggested()
      const pending = () => f.freight.suggestions.list(f.tenantId, { limit: 10 })
      f.clock.advance('29d')
      expect(await pending()).toHaveLength(1)
      f.clock.advance('1d')
      expect(await pending()).toEqual([])
    })

    test('can be neither accepted nor rejected', async () => {
      const f = await suggested()
      f.clock.advance('30d')
      const decided = { code: 'FREIGHT_SUGGESTION_DECIDED' }
      await expect(f.freight.suggestions.accept(f.tenantId, f.id)).rejects.toMatchObject(decided)
      await expect(f.freight.suggestions.reject(f.tenantId, f.id)).rejects.toMatchObject(decided)
      expect(await lanesOf(f)).toEqual([])
    })
  })

  describe('accepting', () => {
    test('makes a dedicated lane that gives its driver to the next shipment', async () => {
      const f = await suggested()
      const db = database()
      await createDriver(db, f.tenantId, { name: 'Dana' })
      await createEquipment(db, f.tenantId, { name: 'R7', type: 'reefer trailer' })
      const lane = await f.freight.suggestions.accept(
        f.tenantId,
        f.id,
        { driver: 'dana', equipment: 'r7' },
        'user:ann',
      )
      expect(lane).toMatchObject({
        name: 'Lane Los Angeles to Dallas',
        driver: { name: 'Dana' },
        autoAssign: true,
      })
      expect(f.events.at(-1)).toMatchObject({
        type: 'lane.accepted',
        actor: 'user:ann',
        data: { laneId: lane.id, suggestionId: f.id },
      })
      const accepted = await f.freight.suggestions.get(f.tenantId, f.id)
      expect(accepted).toMatchObject({ status: 'accepted', dedicatedLaneId: lane.id, decidedBy: 'user:ann' })
      const { shipment } = await f.freight.shipments.create(f.tenantId, aShipment())
      expect(shipment).toMatchObject({
        status: 'Assigned',
        assignment: { laneId: lane.id, driver: { name: 'Dana' }, equipment: { type: 'reefer trailer' } },
        moves: [{ status: 'Assigned' }],
      })
    })

    test('twice is refused and changes nothing', async () => {
      const f = await suggested()
      await f.freight.suggestions.accept(f.tenantId, f.id)
      const again = f.freight.suggestions.accept(f.tenantId, f.id, { name: 'Another' })
      await expect(again).rejects.toMatchObject({ code: 'FREIGHT_SUGGESTION_DECIDED' })
      expect(await lanesOf(f)).toHaveLength(1)
    })

    test('by two people at once makes one lane', async () => {
      const f = await suggested()
      const both = await Promise.allSettled([
        f.freight.suggestions.accept(f.tenantId, f.id, { name: 'One' }),
        f.freight.suggestions.accept(f.tenantId, f.id, { name: 'Two' }),
      ])
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await lanesOf(f)).toHaveLength(1)
    })

    test('is refused where an active lane takes the same shipments', async () => {
      const f = await suggested([{ service: 'FTL' }])
      await f.freight.suggestions.accept(f.tenantId, f.id, { name: 'All of it' })
      await f.configure({ requireExactMatch: true })
      expect(await f.analyze()).toMatchObject({ created: 0 })
      await database().query(
        `UPDATE linehaul.lane_suggestion
         SET status = 'pending', dedicated_lane_id = NULL, decided_at = NULL, match_service = 'FTL'
         WHERE tenant_id = $1`,
        [f.tenantId],
      )
      const accepting = f.freight.suggestions.accept(f.tenantId, f.id)
      await expect(accepting).rejects.toMatchObject({
        code: 'FREIGHT_LANE_EXISTS',
        message: expect.stringContaining('All of it'),
      })
      expect(await f.analyze()).toMatchObject({ expired: 1 })
    })

    test('numbers a suggested name that is taken, but refuses a chosen one', async () => {
      const f = await suggested([{}, { customer: 'B' }, { customer: 'C' }])
      const [first, second, third] = f.suggestions.map(({ id }) => id)
      await f.freight.suggestions.accept(f.tenantId, String(first))
      await f.freight.suggestions.accept(f.tenantId, String(second))
      const chosen = f.freight.suggestions.accept(f.tenantId, String(third), {
        name: 'LANE los angeles to dallas',
      })
      await expect(chosen).rejects.toMatchObject({ code: 'FREIGHT_LANE_NAME_TAKEN' })
      await f.freight.suggestions.accept(f.tenantId, String(third))
      expect((await lanesOf(f)).map(({ name }) => name)).toEqual([
        'Lane Los Angeles to Dallas (3)',
        'Lane Los Angeles to Dallas (2)',
        'Lane Los Angeles to Dallas',
      ])
    })

    test('needs a driver to assign, and one that exists', async () => {
      const f = await suggested()
      const without = f.freight.suggestions.accept(f.tenantId, f.id, { autoAssign: true })
      await expect(without).rejects.toMatchObject({ code: 'FREIGHT_DRIVER_REQUIRED' })
      const unknown = f.freight.suggestions.accept(f.tenantId, f.id, { driver: 'Nobody' })
      await expect(unknown).rejects.toMatchObject({ code: 'DIRECTORY_DRIVER_NOT_FOUND' })
      expect(await lanesOf(f)).toEqual([])
    })

    test.runIf(kind === 'server')('waits for nobody who writes shipments of that customer', async () => {
      const f = await suggested()
      await database().transaction(async (tx) => {
        await f.freight.shipments.createMany(tx, f.tenantId, [aShipment()])
        await otherConnection(() => f.freight.suggestions.accept(f.tenantId, f.id))
      })
      expect(await lanesOf(f)).toHaveLength(1)
    })
  })
})

/** Calls from outside the running transaction, as another request would. */
const otherConnection = AsyncResource.bind(<T>(call: () => Promise<T>) => call())
