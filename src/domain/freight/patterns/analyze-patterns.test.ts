import { describe, expect, test } from 'vitest'

import { onEachDatabase } from '../../../database/testing/test-database.js'
import { aFreight, aShipment, daysAgo, type Fixture } from '../testing/freight-fixture.js'
import { DEFAULT_SETTINGS, type PatternSettings } from './config.js'

/** Four days with a pickup, the last one just now, 6 days between them: 0.4 + 0.3 + 0.2. */
const REGULAR = [daysAgo(20), daysAgo(13), daysAgo(6), daysAgo(2)]

const pendingOf = ({ freight, tenantId }: Fixture) => freight.suggestions.list(tenantId, { limit: 100 })

onEachDatabase((database, kind) => {
  async function lane(pickups: readonly string[] = REGULAR, options?: { timeZone?: string }) {
    const f = await aFreight(database(), options)
    await f.ship(pickups)
    return f
  }

  async function firstPending(f: Fixture) {
    await f.analyze()
    const [suggestion] = await pendingOf(f)
    if (!suggestion) throw new Error('nothing was suggested')
    return suggestion
  }

  describe('an analysis', () => {
    test('suggests a lane used regularly, with its figures', async () => {
      const f = await aFreight(database())
      await f.ship(REGULAR, { service: 'FTL', equipment: 'dry van', freightCharge: 3_000 })
      await f.ship([daysAgo(1)], { service: 'LTL' })
      expect(await f.analyze()).toMatchObject({ enabled: true, analyzed: 1, qualified: 1, created: 1 })
      expect(await pendingOf(f)).toMatchObject([
        {
          suggestedName: 'Lane Los Angeles to Dallas',
          confidence: 1,
          frequency: 5,
          shipmentCount: 5,
          firstPickupAt: new Date(daysAgo(20)),
          lastPickupAt: new Date(daysAgo(1)),
          totalFreightCharge: 12_000,
          currency: 'USD',
          service: 'FTL',
          serviceShare: 0.8,
          equipment: 'dry van',
          equipmentShare: 0.8,
          customer: { name: 'Acme' },
        },
      ])
    })

    test('adds up charges in the currency that most of them are in', async () => {
      const f = await lane([])
      await f.ship(REGULAR, { freightCharge: 10, currency: 'EUR' })
      await f.ship([daysAgo(1)], { freightCharge: 1_000_000, currency: 'USD' })
      expect(await firstPending(f)).toMatchObject({
        totalFreightCharge: 40,
        currency: 'EUR',
        confidence: 0.9,
      })
    })

    test('takes many shipments of one day for one occurrence', async () => {
      const f = await lane(Array.from({ length: 12 }, () => daysAgo(2)))
      expect(await f.analyze()).toMatchObject({ analyzed: 1, qualified: 0, created: 0 })
    })

    test('lets days begin at midnight of the tenant', async () => {
      const pickups = ['2026-06-20T22:00:00Z', '2026-06-21T02:00:00Z', '2026-06-28T12:00:00Z']
      const inUtc = await lane(pickups)
      const inChicago = await lane(pickups, { timeZone: 'America/Chicago' })
      expect(await inUtc.analyze()).toMatchObject({ created: 1 })
      expect(await inChicago.analyze()).toMatchObject({ created: 0 })
    })

    test('never counts cancelled shipments, nor pickups that lie ahead', async () => {
      const f = await lane([daysAgo(10), daysAgo(3), daysAgo(-1), daysAgo(-8)])
      const [cancelled] = await f.ship([daysAgo(5)])
      await f.freight.shipments.changeStatus(f.tenantId, String(cancelled), { status: 'Canceled' })
      expect(await f.analyze()).toMatchObject({ analyzed: 1, created: 0 })
    })

    test('looks at one customer only when asked to', async () => {
      const f = await lane()
      await f.ship(REGULAR, { customer: 'Other' })
      const [other] = await f.freight.shipments.list(f.tenantId, { customer: 'other', limit: 1 })
      expect(await f.analyze({ customerId: String(other?.customer.id) })).toMatchObject({
        analyzed: 1,
        created: 1,
      })
      expect(await pendingOf(f)).toMatchObject([{ customer: { name: 'Other' } }])
    })

    test('looks back to choose lanes, but its figures cover the whole window', async () => {
      const f = await lane()
      await f.ship([daysAgo(80), daysAgo(60), daysAgo(40), daysAgo(20)], { destination: 'Reno' })
      expect(await f.analyze({ lookbackDays: 7 })).toMatchObject({ analyzed: 1, created: 1 })
      expect(await pendingOf(f)).toMatchObject([{ frequency: 4, destination: { name: 'Dallas' } }])
    })

    test('shows another tenant nothing', async () => {
      const f = await lane()
      const other = await aFreight(database())
      const suggestion = await firstPending(f)
      expect(await other.analyze()).toMatchObject({ analyzed: 0 })
      expect(await pendingOf(other)).toEqual([])
      const getting = other.freight.suggestions.get(other.tenantId, suggestion.id)
      await expect(getting).rejects.toMatchObject({ code: 'FREIGHT_SUGGESTION_NOT_FOUND' })
    })

    test('stops when its signal aborts', async () => {
      const f = await lane()
      const running = f.freight.patterns.analyze(
        { tenantId: f.tenantId, settings: DEFAULT_SETTINGS },
        AbortSignal.abort(new Error('stop')),
      )
      await expect(running).rejects.toThrow('stop')
      expect(await pendingOf(f)).toEqual([])
    })

    test('finds the same in slices of customers as in one statement', async () => {
      const f = await lane([])
      const inputs = Array.from({ length: 40 }, (_, n) =>
        REGULAR.slice(n % 3).map((shippedAt) => aShipment({ customer: `Customer ${n}`, shippedAt })),
      )
      await database().transaction((tx) => f.freight.shipments.createMany(tx, f.tenantId, inputs.flat()))
      const [whole, sliced] = [await f.analyze(), await aFreightOf('embedded', f).analyze()]
      expect(whole).toMatchObject({ analyzed: 40, qualified: 27, created: 27 })
      expect(sliced).toMatchObject({ analyzed: 40, qualified: 27, created: 0, refreshed: 27 })
      expect(await aFreightOf('server', f).analyze()).toMatchObject({ analyzed: 40, refreshed: 27 })
    })

    /** The same services on a database that says it is of another kind. */
    function aFreightOf(other: 'embedded' | 'server', f: Fixture): Pick<Fixture, 'analyze'> {
      if (kind === other) return f
      const db = database()
      return f.on({
        kind: other,
        background: () => db.background(),
        query: (sql, parameters) => db.query(sql, parameters),
        transaction: (work) => db.transaction(work),
        listen: (channel, onNotify) => db.listen(channel, onNotify),
        refuseInside: (call) => db.refuseInside(call),
        presence: (options) => db.presence(options),
        close: () => db.close(),
      })
    }
  })

  describe('each setting changes the result:', () => {
    const tries: [Partial<PatternSettings>, object][] = [
      [{ enabled: false }, { enabled: false, analyzed: 0, created: 0 }],
      [{ minFrequency: 5 }, { analyzed: 1, qualified: 0, created: 0 }],
      [{ analysisWindowDays: 10 }, { analyzed: 1, qualified: 0, created: 0 }],
      [{ minConfidenceScore: 0.91 }, { analyzed: 1, qualified: 0, created: 0 }],
      [{ minConfidenceScore: 0.9 }, { created: 1 }],
      [{ weightRecentShipments: false }, { qualified: 0, created: 0 }],
      [
        { requireExactMatch: true, minFrequency: 2, minConfidenceScore: 0 },
        { analyzed: 2, created: 2 },
      ],
    ]
    test.each(tries)('%j', async (settings, result) => {
      const f = await aFreight(database())
      await f.ship(REGULAR.slice(0, 2), { service: 'FTL' })
      await f.ship(REGULAR.slice(2))
      await f.configure(settings)
      expect(await f.analyze()).toMatchObject(result)
    })

    test('suggestionTtlDays', async () => {
      const f = await lane()
      await f.configure({ suggestionTtlDays: 5 })
      expect((await firstPending(f)).expiresAt).toEqual(new Date(daysAgo(-5)))
    })
  })

  describe('a pending suggestion', () => {
    test('is refreshed in place, and stays open longer only when there was a later pickup', async () => {
      const f = await lane()
      const first = await firstPending(f)
      f.clock.advance('3d')
      expect(await f.analyze()).toMatchObject({ created: 0, refreshed: 1 })
      expect(await pendingOf(f)).toMatchObject([{ id: first.id, expiresAt: first.expiresAt }])
      await f.ship([daysAgo(-2)])
      await f.analyze()
      const expiresAt = new Date(daysAgo(-33))
      expect(await pendingOf(f)).toMatchObject([{ id: first.id, frequency: 5, expiresAt }])
    })

    test('ends when its lane no longer qualifies, even when nothing is left of it', async () => {
      const f = await lane([])
      const ids = await f.ship(REGULAR)
      const { id } = await firstPending(f)
      for (const shipment of ids)
        await f.freight.shipments.changeStatus(f.tenantId, shipment, { status: 'Canceled' })
      expect(await f.analyze({ lookbackDays: 7 })).toMatchObject({ expired: 0 })
      expect(await f.analyze()).toMatchObject({ expired: 1 })
      const { status, reason } = await f.freight.suggestions.get(f.tenantId, id)
      expect({ status, reason }).toEqual({ status: 'expired', reason: 'no longer qualifies' })
    })

    test('ends when the tenant raises the threshold, and is back when it is lowered', async () => {
      const f = await lane()
      await f.analyze()
      await f.configure({ minConfidenceScore: 1 })
      expect(await f.analyze()).toMatchObject({ expired: 1 })
      await f.configure({ minConfidenceScore: 0.5 })
      expect(await f.analyze()).toMatchObject({ created: 1 })
    })

    test('gives way to finer ones when exact matching is required', async () => {
      const f = await lane()
      await f.analyze()
      await f.configure({ requireExactMatch: true })
      expect(await f.analyze({ lookbackDays: 7 })).toMatchObject({ expired: 1, created: 1 })
      expect(await pendingOf(f)).toMatchObject([{ matchService: '', matchEquipment: '' }])
    })

    test('that nobody decided about in time comes back with later pickups only', async () => {
      const f = await lane()
      await f.analyze()
      f.clock.advance('30d')
      expect(await f.freight.suggestions.expireDue(f.tenantId)).toBe(1)
      expect(await f.analyze()).toMatchObject({ qualified: 1, created: 0 })
      await f.ship([daysAgo(-29)])
      expect(await f.analyze()).toMatchObject({ created: 1 })
    })
  })

  describe('a rejected lane', () => {
    async function rejected() {
      const f = await lane()
      const { id } = await firstPending(f)
      await f.freight.suggestions.reject(f.tenantId, id, { reason: 'too far' }, 'user:ann')
      return f
    }

    test('does not come back within 30 days, however much it is used', async () => {
      const f = await rejected()
      f.clock.advance('29d')
      await f.ship([daysAgo(-5), daysAgo(-12), daysAgo(-19)])
      expect(await f.analyze()).toMatchObject({ qualified: 1, created: 0 })
    })

    test('does not come back later without new occurrences', async () => {
      const f = await rejected()
      f.clock.advance('30d')
      await f.ship([daysAgo(-5), daysAgo(-12)])
      expect(await f.analyze()).toMatchObject({ qualified: 1, created: 0 })
    })

    test('does not come back within 30 days when exact matching is switched on', async () => {
      const f = await rejected()
      await f.configure({ requireExactMatch: true })
      expect(await f.analyze()).toMatchObject({ qualified: 1, created: 0 })
      f.clock.advance('29d')
      await f.ship([daysAgo(-5), daysAgo(-12), daysAgo(-19)])
      expect(await f.analyze()).toMatchObject({ qualified: 1, created: 0 })
    })

    test('does not come back within 30 days when exact matching is switched off', async () => {
      const f = await aFreight(database())
      await f.ship(REGULAR, { service: 'FTL' })
      await f.configure({ requireExactMatch: true })
      const { id } = await firstPending(f)
      await f.freight.suggestions.reject(f.tenantId, id)
      await f.configure({ requireExactMatch: false })
      expect(await f.analyze()).toMatchObject({ qualified: 1, created: 0 })
    })

    test('leaves lanes of other services alone that exact matching tells apart', async () => {
      const f = await aFreight(database())
      await f.configure({ requireExactMatch: true })
      await f.ship(REGULAR, { service: 'FTL' })
      const { id } = await firstPending(f)
      await f.freight.suggestions.reject(f.tenantId, id)
      await f.ship(REGULAR, { service: 'LTL' })
      expect(await f.analyze()).toMatchObject({ qualified: 2, created: 1 })
      expect(await pendingOf(f)).toMatchObject([{ matchService: 'LTL' }])
    })

    test('comes back with both', async () => {
      const f = await rejected()
      f.clock.advance('30d')
      await f.ship([daysAgo(-5), daysAgo(-12), daysAgo(-19)])
      expect(await f.analyze()).toMatchObject({ created: 1 })
    })
  })
})
